//! Version and content go together.

use policies::{BOOTSTRAP_VERSION, LEDGER, LedgerError, Target, check_ledger, policy_set};
use semver::Version;

#[test]
fn the_version_stands_for_the_content() {
    let hash = policy_set(&Target::reference()).unwrap().hash();
    assert_eq!(check_ledger(LEDGER, &BOOTSTRAP_VERSION, hash), Ok(()));
}

#[test]
fn the_ledger_ascends_and_holds_each_hash_once() {
    for pair in LEDGER.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{} stands before {}", pair[0].0, pair[1].0);
    }
    for (i, (version, hash)) in LEDGER.iter().enumerate() {
        assert!(hash.parse::<iam::Sha256Digest>().is_ok(), "{version} has no hash but `{hash}`");
        let again = LEDGER.iter().skip(i + 1).find(|(_, other)| other == hash);
        assert!(again.is_none(), "{version} and {again:?} have one hash");
    }
}

#[test]
fn other_content_under_an_old_version_names_the_version_to_set() {
    let ledger = [(Version::new(1, 0, 0), "0"), (Version::new(1, 2, 0), "1")];
    let hash = policy_set(&Target::reference()).unwrap().hash();
    let error = check_ledger(&ledger, &Version::new(1, 2, 0), hash).unwrap_err();
    assert!(matches!(error, LedgerError::ContentChanged { .. }), "{error}");
    let message = error.to_string();
    assert!(message.contains("set `BOOTSTRAP_VERSION` to `1.3.0`"), "{message}");
    assert!(message.contains(&format!("(Version::new(1, 3, 0), \"{hash}\"),")), "{message}");
}

#[test]
fn the_first_line_of_the_ledger_is_the_bundle_of_the_reference() {
    let first = LEDGER.first().map(|(version, hash)| format!("{version} {hash}"));
    let recorded = "1.2.0 e53f2357bd1d3cc80411340c4e8280733a817d98f629b41c6461c376ff9405ea";
    assert_eq!(first.as_deref(), Some(recorded));
}

#[test]
fn a_new_version_wants_its_line_and_known_content_its_own_version() {
    let hash = policy_set(&Target::reference()).unwrap().hash();
    let text = hash.to_string();
    let next = Version::new(1, 3, 0);
    let unrecorded = check_ledger(&[], &next, hash).unwrap_err();
    assert!(
        unrecorded.to_string().contains(&format!("(Version::new(1, 3, 0), \"{hash}\"),")),
        "{unrecorded}"
    );
    let other = check_ledger(&[(Version::new(1, 2, 0), &text)], &next, hash).unwrap_err();
    assert_eq!(other, LedgerError::OtherVersion { version: next, recorded: Version::new(1, 2, 0) });
}

#[test]
fn the_hash_follows_the_content() {
    let hash = |stack: &str| {
        policy_set(&Target::new(stack, "hnb659fds", "aws", ["agentcore"]).unwrap()).unwrap().hash()
    };
    assert_eq!(hash("a-dev"), hash("a-dev"));
    assert_ne!(hash("a-dev"), hash("b-dev"));
}
