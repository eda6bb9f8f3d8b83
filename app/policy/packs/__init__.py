"""The packs themselves (TOML and demo CSV), what they are made of (`shape`) and how they are checked (`reading`).

Other rooms come in by the door, `app.policy.pack`.
"""
