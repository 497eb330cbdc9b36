"""What the insurance office puts on paper and into files: letters, receipts, slips, batches, statistics (docs/office.md)."""
