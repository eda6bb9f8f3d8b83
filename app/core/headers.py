"""Security headers for every answer. The Design System's one inline script is allowed by its hash."""

from flask import Flask, Response, request

from app.core.presentation import INLINE_SCRIPT_HASH

POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' '{INLINE_SCRIPT_HASH}'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
YEAR = 365 * 24 * 3600


def as_attachment(content: bytes, media_type: str, name: str) -> Response:
    """An answer that browsers keep as a file of this name."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def install(app: Flask, *, https: bool) -> None:
    """Set the headers on every answer of an application; `https` adds the promise to stay on HTTPS."""

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if request.endpoint == "static":
            headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        else:
            headers["Cache-Control"] = "no-store"
        if https:
            headers["Strict-Transport-Security"] = f"max-age={YEAR}"
        return response
