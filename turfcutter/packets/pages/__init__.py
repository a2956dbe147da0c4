"""
Pages: what stands on them, ready to be set. `contents` puts a packet together from its cover
(`covers`), its maps and its list: `walklist` says what is met on the way, `rows` and `forms` give
every word and box its place, `footers` end each page. `launch` is what lies on the launch table.
"""
