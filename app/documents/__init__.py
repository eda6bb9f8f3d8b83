"""Documents: what the service prints.

Every report, pack, letter and register leaves the service as a tagged PDF that a screen reader can read and a tribunal
can rely on. A room says what its document holds as frozen parts (headings, paragraphs, tables, quotations, pictures);
this room alone knows how they are drawn. The marking, the reference, the version and the copy stand on every page, and
a draft says so until it is issued. The same parts give the same bytes, so that a sealed document can be made again and
compared. Text is drawn as it was given: no markup in it is obeyed, no address in it becomes a link, and a character
the typeface lacks is named instead of being lost.
"""
