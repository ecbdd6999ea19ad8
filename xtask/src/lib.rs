//! The only crate that reads, writes, prints and runs programs: one file per subcommand.
