-- What stands now instead of an entry's words, for the lines of the rail: few entries are corrected.
create index entry_correcting on entry (corrects, seq) where corrects is not null;
