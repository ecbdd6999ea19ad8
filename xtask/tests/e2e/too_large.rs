//! A template that would be over the 51,200 bytes that a new account takes.
//!
//! That it is refused before anything starts is tested with the plan: no target of ours makes a template that is
//! too large in the shorter form as well.

use crate::account::Account;
use crate::wanted::{DEFAULT, Wanted};

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn it_is_sent_in_its_shorter_form() {
    let account = Account::new();
    // The stack's name is in many of the policies' ARNs.
    let name = "a".repeat(128);
    let wanted = Wanted { stack_name: &name, ..DEFAULT };
    wanted.write(&account);
    account.xtask(&["bootstrap", &account.environment()]).exits(0);
    let sent = account.aws(&["cloudformation", "get-template", "--stack-name", "CDKToolkit"]);
    let sent: serde_yaml::Value = serde_yaml::from_str(sent["TemplateBody"].as_str().unwrap()).unwrap();
    let document = &sent["Resources"]["IaCRoleABCAInfrastructure"]["Properties"]["PolicyDocument"];
    assert!(document.is_string(), "not JSON text: {document:?}");
    wanted.assert_in_place(&account);
}
