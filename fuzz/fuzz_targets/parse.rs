//! Whatever the bytes: no panic, and what is read is written so that it is read as the same.

#![no_main]

use iam::{PolicyDocument, PolicyKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for kind in [PolicyKind::Identity, PolicyKind::Trust] {
        let document = match PolicyDocument::parse(text, kind) {
            Ok(document) => document,
            Err(errors) => {
                assert!(!errors.to_string().is_empty(), "a refusal says why");
                continue;
            }
        };
        for written in [document.to_artifact(), document.to_minified(), document.to_reading()] {
            let again = PolicyDocument::parse(&written, kind);
            assert_eq!(again.as_ref(), Ok(&document), "written as {written}");
        }
        assert_eq!(document.size(), document.to_minified().chars().count());
    }
});
