"""Why an office's request was refused."""

from enum import StrEnum


class Why(StrEnum):
    """Why an office's request was refused; each has its sentence in the phrases ([office.why])."""

    # the request
    NO_OFFICE = "no_office"  # the site file has no [office]
    NO_KEY = "no_key"  # the store has no key to seal with, or another ledger's
    STALE = "stale"  # somebody else has stepped meanwhile
    UNKNOWN_CASE = "unknown_case"
    UNKNOWN_HOUSEHOLD = "unknown_household"
    MERGED = "merged"  # it went into another household, which the refusal names
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_TICKET = "unknown_ticket"
    UNKNOWN_BATCH = "unknown_batch"
    UNKNOWN_WORD = "unknown_word"  # that the site file has not: a matter, a document, a paper, a reason
    NO_NAME = "no_name"  # a member without one, or who takes a letter
    NO_REFERENCE = "no_reference"  # a look into Najva that nobody finds again
    BAD_DATE = "bad_date"
    BAD_MOBILE = "bad_mobile"
    BAD_PIN = "bad_pin"  # fewer than four digits
    CODE_TAKEN = "code_taken"  # another household has this code: it is found, not doubled
    OPEN_CASE = "open_case"  # the household has one that is open
    NOTHING_TO_ASK = "nothing_to_ask"
    # a step (rules.referral.No)
    NOT_POSSIBLE_NOW = "not_possible_now"
    NOT_APPROVED = "not_approved"
    LETTER_STANDS = "letter_stands"
    NOT_HANDED_OVER = "not_handed_over"
    ALREADY_USED = "already_used"
    LETTER_EXPIRED = "letter_expired"
    CASE_ENDED = "case_ended"
    NOBODY = "nobody"
    # an approval (rules.referral.Against)
    OWN_CASE = "own_case"
    HOUSEHOLD = "household"
    DOCUMENT = "document"
    NO_CERTIFICATE = "no_certificate"
    PAPERS_MISSING = "papers_missing"
    INQUIRY_OPEN = "inquiry_open"
    FEE_UNPAID = "fee_unpaid"
    NAJVA_MISSING = "najva_missing"
    NAJVA_OLD = "najva_old"
    NAJVA_DISAGREES = "najva_disagrees"
    UNANSWERED = "unanswered"
    ANSWERED_NO = "answered_no"
    # a letter (rules.letters.NotUsed)
    UNKNOWN_LETTER = "unknown_letter"
    LETTER_VOID = "letter_void"
    OTHER_OFFICE = "other_office"
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"  # too many wrong ones: not looked at for a while
    # a household (rules.household.NotSplit)
    NOBODY_GOES = "nobody_goes"
    NOBODY_STAYS = "nobody_stays"
    STRANGER = "stranger"
    HEAD_IS_NOT_THERE = "head_is_not_there"
