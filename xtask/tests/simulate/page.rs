//! The examples of `docs/SIMULATE.md` print what stands below them.

use crate::workspace::Workspace;

/// The fenced blocks of a Markdown text, each with its language.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut blocks: Vec<(&str, String)> = Vec::new();
    let mut is_open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(language) => {
                is_open = !is_open;
                if is_open {
                    blocks.push((language, String::new()));
                }
            }
            None if is_open => {
                let (_, text) = blocks.last_mut().unwrap();
                *text += line;
                text.push('\n');
            }
            None => {}
        }
    }
    blocks
}

#[test]
fn each_example_prints_what_the_page_says() {
    let workspace = Workspace::new();
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/SIMULATE.md")).unwrap();
    let blocks = blocks(&page);
    let (_, requests) = blocks.iter().find(|(language, _)| *language == "json").expect("a request file");
    workspace.write("called-from/requests.json", requests);
    let mut examples = 0;
    for pair in blocks.windows(2) {
        let [("bash", command), ("text", expected)] = pair else { continue };
        let words = command.replace("\\\n", " ");
        let args = words.strip_prefix("cargo xtask ").expect("a command of ours").split_whitespace();
        let ran = workspace.run(&args.collect::<Vec<_>>());
        assert_eq!(&format!("{}{}", ran.stderr(), ran.stdout()), expected, "{command}");
        examples += 1;
    }
    assert_eq!(examples, blocks.iter().filter(|(language, _)| *language == "bash").count());
    assert!(examples > 0, "the page has examples");
}
