"""The addresses of the register."""

from app.account_register.routes import access, accounts, assessing, exporting, importing, notices, proposals, proposing

__all__ = ["access", "accounts", "assessing", "exporting", "importing", "notices", "proposals", "proposing"]
