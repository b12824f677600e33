//! What server and browser share.
