"""Whether mail could reach an e-mail address, by its form alone: nobody is asked."""


def why_unreachable(address: str) -> str | None:
    """What is wrong with an address, as a sentence without its full stop; None if mail could go there.

    Addresses whose first part has letters beyond ASCII are refused: few mail servers take them (RFC 6531).
    """
    from email_validator import EmailNotValidError, validate_email  # loaded with the first address that is checked

    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        return str(error).rstrip(".")
    return None
