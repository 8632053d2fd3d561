use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::id::{ConnectionId, TenantId};
use crate::testing::{Dice, long_tests};

fn token() -> Token {
    Token::generate([7; 8], [9; 32])
}

fn text() -> String {
    token().reveal().expose_secret().to_owned()
}

fn context(source_cloud: &str) -> VerifierContext<'_> {
    VerifierContext {
        tenant: TenantId::from(Uuid::from_u128(1)),
        connection: ConnectionId::from(Uuid::from_u128(2)),
        generation: 0,
        source_cloud,
    }
}

#[test]
fn has_the_shape_that_is_documented() {
    let text = text();
    let widths: Vec<usize> = text.split('_').map(str::len).collect();
    assert_eq!(widths, [4, 12, 43, 6]);
    assert!(text.starts_with("lbr1_"));
    assert_eq!(Token::parse(&format!("  {text}\n")).unwrap().reveal().expose_secret(), text);
}

#[test]
fn debug_shows_no_secret() {
    let secret = text().split('_').nth(2).unwrap().to_owned();
    let shown = format!("{:?} {:?} {:?}", token(), Pepper::new([3; 32]), Verifier::from_bytes([3; 32]));
    assert!(!shown.contains(&secret));
    assert!(!shown.contains("3, 3"));
}

#[rstest]
#[case("", TokenError::Empty)]
#[case("hunter2", TokenError::NotAToken)]
#[case("lbr1_abc", TokenError::NotAToken)]
#[case("lbr2_a_b_c", TokenError::NewerFormat)]
#[case("lbr1_a-b_c_d", TokenError::Character { position: 7 })]
#[case("lbr1_short_secret_crc", TokenError::Length { part: "id", found: 5, expected: 12 })]
fn names_what_is_wrong(#[case] typed: &str, #[case] why: TokenError) {
    assert_eq!(Token::parse(typed).unwrap_err(), why);
}

#[test]
fn tells_a_missing_character_and_a_swap() {
    let mut missing = text();
    missing.remove(30);
    assert_eq!(Token::parse(&missing).unwrap_err(), TokenError::Length { part: "secret", found: 42, expected: 43 });
    let text = text();
    let swapped: String = text.replacen("lbr1_00", "lbr1_01", 1);
    assert_ne!(swapped, text);
    assert_eq!(Token::parse(&swapped).unwrap_err(), TokenError::Checksum);
}

#[test]
fn the_verifier_belongs_to_its_context_and_pepper() {
    let pepper = Pepper::new([1; 32]);
    let verifier = Verifier::new(&pepper, context("cloud"), &token());
    assert!(verifier.accepts(&pepper, context("cloud"), &token()));
    assert!(!verifier.accepts(&Pepper::new([2; 32]), context("cloud"), &token()));
    assert!(!verifier.accepts(&pepper, context("other"), &token()));
    assert!(!verifier.accepts(&pepper, VerifierContext { generation: 1, ..context("cloud") }, &token()));
    let moved = VerifierContext { connection: ConnectionId::from(Uuid::from_u128(3)), ..context("cloud") };
    assert!(!verifier.accepts(&pepper, moved, &token()));
    let foreign = VerifierContext { tenant: TenantId::from(Uuid::from_u128(3)), ..context("cloud") };
    assert!(!verifier.accepts(&pepper, foreign, &token()));
}

#[test]
fn a_million_mutated_tokens_are_refused() {
    const LETTERS: &[u8; 63] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    let pepper = Pepper::new([1; 32]);
    let original = text();
    let verifier = Verifier::new(&pepper, context("cloud"), &token());
    let mut dice = Dice::new(0x9e37_79b9_7f4a_7c15);
    let wanted = if long_tests() { 1_000_000 } else { 100_000 };
    let (mut refused, mut parsed) = (0, 0);
    while refused < wanted {
        let mut mutated = original.clone().into_bytes();
        for _ in 0..=dice.below(3) {
            let at = dice.below(mutated.len());
            mutated[at] = LETTERS[dice.below(LETTERS.len())];
        }
        let mutated = String::from_utf8(mutated).unwrap();
        if mutated == original {
            continue;
        }
        if let Ok(token) = Token::parse(&mutated) {
            parsed += 1;
            assert!(!verifier.accepts(&pepper, context("cloud"), &token), "accepted {mutated}");
        }
        refused += 1;
    }
    println!("{refused} refused, {parsed} of them in spite of right check characters");
    assert!(parsed < wanted / 10_000, "{parsed} of {wanted} mutations passed the check characters");
}

#[test]
fn ten_thousand_foreign_secrets_with_right_check_characters_are_refused() {
    let pepper = Pepper::new([1; 32]);
    let verifier = Verifier::new(&pepper, context("cloud"), &token());
    let mut dice = Dice::new(42);
    for _ in 0..10_000 {
        let mut secret = [9; 32];
        secret[dice.below(32)] ^= 1 << dice.below(8);
        assert!(!verifier.accepts(&pepper, context("cloud"), &Token::generate([7; 8], secret)));
    }
}

proptest! {
    #[test]
    fn every_token_reads_back(id: [u8; 8], secret: [u8; 32]) {
        let token = Token::generate(id, secret);
        let read = Token::parse(token.reveal().expose_secret()).unwrap();
        prop_assert_eq!(read.id(), token.id());
        prop_assert_eq!(read.secret(), token.secret());
    }

    #[test]
    fn no_text_makes_the_parser_panic(text: String) {
        let _ = Token::parse(&text);
        let _ = Token::parse(&format!("lbr1_{text}"));
    }
}
