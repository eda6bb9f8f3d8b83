"""The addresses of the register."""

from app.account_register.routes import access, accounts, importing, notices

__all__ = ["access", "accounts", "importing", "notices"]
