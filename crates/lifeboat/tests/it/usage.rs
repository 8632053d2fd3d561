//! What needs no site: help, completions, settings, people, and commands about things that are not there.

use crate::home::Home;
use crate::world::{CONTACT, LINK, OWNER, SUPPORT};

#[test]
fn help_names_every_group_and_the_exit_codes() {
    let home = Home::new();
    let help = home.run(&["--help"]).done();
    for word in
        ["site", "backup", "points", "vault", "connection", "verification", "recover", "demo", "Exit codes:", "130"]
    {
        assert!(help.out.contains(word), "{word} in {help}");
    }
    assert_eq!(help.err, "");
    assert!(!home.path().exists(), "help makes no home folder");
}

#[test]
fn every_command_has_help() {
    let home = Home::new();
    for group in [
        "person",
        "site",
        "backup",
        "points",
        "vault",
        "connection",
        "contacts",
        "policy",
        "verification",
        "recover",
        "job",
        "schedule",
        "audit",
        "api-key",
        "db",
    ] {
        let help = home.run(&[group, "--help"]).done();
        let commands: Vec<&str> = help
            .out
            .lines()
            .skip_while(|line| *line != "Commands:")
            .skip(1)
            .take_while(|line| !line.is_empty())
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|command| *command != "help")
            .collect();
        assert!(commands.len() >= 2, "{help}");
        for command in commands {
            let help = home.run(&[group, command, "--help"]).done();
            assert!(help.out.contains(&format!("Usage: lifeboat {group} {command}")), "{help}");
            assert!(help.out.contains("--json"), "{help}");
        }
    }
}

#[test]
fn completions_are_made_for_each_shell() {
    let home = Home::new();
    for (shell, sign) in
        [("bash", "complete -F _lifeboat"), ("zsh", "#compdef lifeboat"), ("fish", "complete -c lifeboat")]
    {
        let script = home.run(&["completions", shell]).done();
        assert!(script.out.contains(sign), "{shell}: {}", script.out.lines().next().unwrap());
        assert!(script.out.contains("verification"), "{shell}");
    }
}

#[test]
fn bash_accepts_its_completion_script() {
    let home = Home::new();
    home.shell("\"$LIFEBOAT\" completions bash | bash -n").run().done();
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let home = Home::new();
    let ended = home.shell("\"$LIFEBOAT\" completions zsh | head -1").run().done();
    assert_eq!((ended.out.trim(), ended.err.as_str()), ("#compdef lifeboat", ""));
}

#[test]
fn what_is_misspelt_ends_with_two() {
    let home = Home::new();
    for line in [
        &["bakup"][..],
        &["backup"],
        &["backup", "run"],
        &["backup", "run", "production", "--ful"],
        &["person", "add", OWNER, "--role", "king"],
        &["site", "add", "x", "--url", "not a url", "--email", OWNER],
        &["demo", "--issues", "3"],
        &["points", "show", "production", "newest"],
    ] {
        let ended = home.run(line);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended}");
        assert!(ended.err.starts_with("error: ") || ended.err.contains("Usage: lifeboat"), "{ended}");
    }
    assert!(!home.path().exists());
}

#[test]
fn a_secret_is_never_taken_from_an_argument() {
    let home = Home::new();
    let line = ["site", "add", "x", "--url", "https://x.atlassian.net", "--email", OWNER, "--token", "secret"];
    assert_eq!(home.run(&line).code, 2);
}

#[test]
fn settings_with_a_misspelt_name_are_refused_by_name() {
    let mut home = Home::new();
    std::fs::create_dir_all(home.path()).unwrap();
    let file = home.path().join("lifeboat.toml");
    std::fs::write(&file, "[capture]\noverlap_minuets = 30\n").unwrap();
    let message = home.run(&["site", "list"]).fails(2);
    assert!(message.contains("overlap_minuets") && message.contains("lifeboat.toml"), "{message}");

    std::fs::write(&file, "[capture]\noverlap_minutes = \"many\"\n").unwrap();
    let message = home.run(&["site", "list"]).fails(2);
    assert!(message.contains("overlap_minutes") && message.contains("many"), "{message}");

    std::fs::write(&file, "[capture\n").unwrap();
    let message = home.run(&["site", "list"]).fails(2);
    assert!(message.contains("lifeboat.toml"), "{message}");

    std::fs::write(&file, "[capture]\noverlap_minutes = 30\n").unwrap();
    home.run(&["site", "list"]).done();
    home.set("LIFEBOAT_SET__CAPTURE__OVERLAPS", "3");
    let message = home.run(&["site", "list"]).fails(2);
    assert!(message.contains("overlaps"), "{message}");
}

#[test]
fn a_settings_file_that_is_named_must_be_there() {
    let home = Home::new();
    let message = home.run(&["site", "list", "--config", "/nowhere/lifeboat.toml"]).fails(2);
    assert!(message.contains("/nowhere/lifeboat.toml"), "{message}");
}

#[test]
fn a_home_folder_that_cannot_be_made_is_named() {
    let home = Home::new();
    std::fs::write(home.beside("file"), "").unwrap();
    let folder = home.beside("file").join("home");
    let message = home.run(&["site", "list", "--home", folder.to_str().unwrap()]).fails(1);
    assert!(message.contains("cannot make Lifeboat's folder") && message.contains("/file/home"), "{message}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_home_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    home.run(&["site", "list"]).done();
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(home.path()), 0o700);
    assert_eq!(mode(home.path().join("keys/tenant.key")), 0o600);
}

#[test]
fn a_damaged_key_file_is_never_replaced() {
    let home = Home::new();
    home.run(&["site", "list"]).done();
    let key = home.path().join("keys/tenant.key");
    std::fs::write(&key, "{}").unwrap();
    let message = home.run(&["site", "list"]).fails(7);
    assert!(message.contains("tenant.key") && message.contains("damaged"), "{message}");
    assert_eq!(std::fs::read_to_string(&key).unwrap(), "{}");
}

#[test]
fn a_database_that_is_none_is_named() {
    let home = Home::new();
    std::fs::create_dir_all(home.path()).unwrap();
    std::fs::write(home.database(), "this is a text, not a database, and long enough to be looked at".repeat(20))
        .unwrap();
    let message = home.run(&["site", "list"]).fails(1);
    assert!(message.contains("lifeboat.db"), "{message}");
}

#[test]
fn a_missing_secret_is_told_with_the_ways_to_give_it() {
    let home = Home::new();
    let add = ["site", "add", "x", "--url", "https://x.atlassian.net", "--email", OWNER];
    insta::assert_snapshot!(
        home.run(&add).fails(2),
        @"the API token is missing: set LIFEBOAT_API_TOKEN, or name a file with --token-file"
    );
    insta::assert_snapshot!(home.line(&add).with("LIFEBOAT_API_TOKEN", " ").run().fails(2), @"the API token is empty");
    let activate = ["connection", "activate", "--standby", "s", "--source-url", "https://x.atlassian.net"];
    insta::assert_snapshot!(
        home.run(&activate).fails(2),
        @"the recovery token is missing: set LIFEBOAT_RECOVERY_TOKEN, or name a file with --token-file"
    );
    insta::assert_snapshot!(
        home.run(&["verification", "confirm", LINK]).fails(2),
        @"the confirmation code is missing: set LIFEBOAT_CODE, or name a file with --code-file"
    );
    let with_file = [&add[..], &["--token-file", "/nowhere/token"]].concat();
    let message = home.run(&with_file).fails(2);
    assert!(message.starts_with("cannot read the API token from /nowhere/token"), "{message}");
}

#[test]
fn a_person_has_one_role() {
    let home = Home::new();
    home.run(&["person", "add", "Olivia.Owner@Example.com", "--name", "Olivia", "--role", "administrator"]).done();
    home.run(&["person", "add", OWNER, "--role", "administrator"]).done();
    insta::assert_snapshot!(
        home.run(&["person", "add", OWNER, "--role", "support"]).fails(3),
        @"olivia.owner@example.com is registered as administrator already; the same person cannot be support too"
    );
    insta::assert_snapshot!(
        home.run(&["person", "add", "olivia", "--role", "support"]).fails(2),
        @"`olivia` is not an e-mail address"
    );
    home.run(&["person", "add", SUPPORT, "--role", "support"]).done();
    let people = home.run(&["person", "list", "--json"]).json();
    insta::assert_json_snapshot!(people, { "[].added" => "[time]" }, @r#"
    [
      {
        "added": "[time]",
        "email": "olivia.owner@example.com",
        "name": "Olivia",
        "role": "administrator"
      },
      {
        "added": "[time]",
        "email": "sam.support@example.com",
        "name": "sam.support@example.com",
        "role": "support"
      }
    ]
    "#);
    let listed = home.run(&["person", "list"]).done().out;
    assert_eq!(listed.lines().count(), 2, "{listed}");
}

#[test]
fn lists_of_nothing_are_empty_lists() {
    let home = Home::new();
    for group in ["person", "site", "connection", "verification"] {
        assert_eq!(home.run(&[group, "list", "--json"]).json(), serde_json::json!([]), "{group}");
    }
}

#[test]
fn what_is_not_there_is_named_with_the_next_step() {
    let home = Home::new();
    for line in [
        &["site", "check", "production"][..],
        &["backup", "run", "production"],
        &["points", "list", "production"],
        &["points", "diff", "production", "1", "2"],
        &["vault", "verify", "production"],
        &["vault", "verify", "production", "--without-key"],
        &["vault", "prune", "production"],
        &["vault", "history", "production", "issue", "ABC-1"],
    ] {
        assert_eq!(
            home.run(line).fails(2),
            "there is no site `production`: add it with `lifeboat site add`",
            "{line:?}"
        );
    }
    home.run(&["person", "add", OWNER, "--role", "administrator"]).done();
    for line in [
        &["verification", "request", LINK][..],
        &["recover", "plan", LINK],
        &["recover", "start", LINK],
        &["recover", "pause", LINK],
        &["recover", "resume", LINK],
        &["recover", "cancel", LINK],
        &["recover", "report", LINK],
    ] {
        let message = home.run_as(OWNER, line).fails(2);
        assert_eq!(message, format!("there is no connection `{LINK}`; there is none yet"), "{line:?}");
    }
}

#[test]
fn who_acts_must_be_said_known_and_of_the_right_role() {
    let home = Home::new();
    let line = ["connection", "add", LINK, "--source", "production", "--contact", CONTACT];
    insta::assert_snapshot!(
        home.run(&line).fails(2),
        @"say who is acting: --as EMAIL, or LIFEBOAT_AS; people are added with `lifeboat person add`"
    );
    insta::assert_snapshot!(
        home.run_as("nobody@example.com", &line).fails(3),
        @"nobody here has the address nobody@example.com: add them with `lifeboat person add`"
    );
    home.run(&["person", "add", SUPPORT, "--role", "support"]).done();
    insta::assert_snapshot!(
        home.run_as(SUPPORT, &line).fails(3),
        @"sam.support@example.com acts here as support; this needs administrator"
    );
}

#[test]
fn a_connection_needs_a_proper_name_and_a_known_source() {
    let home = Home::new();
    home.run(&["person", "add", OWNER, "--role", "administrator"]).done();
    let add = |name: &str| home.run_as(OWNER, &["connection", "add", name, "--source", "production"]).fails(2);
    insta::assert_snapshot!(add("ab"), @"the connection name has 2 characters; it needs 3 to 65");
    insta::assert_snapshot!(
        add("a/b/c"),
        @"the connection name contains '/'; use letters, digits, spaces, '_' and '-'"
    );
    insta::assert_snapshot!(add(LINK), @"there is no site `production`: add it with `lifeboat site add`");
}
