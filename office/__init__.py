"""What the insurance office puts on paper and into files: letters, receipts, batches (docs/office.md)."""
