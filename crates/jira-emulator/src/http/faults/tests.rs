use super::*;

const BULK: &str = "/rest/api/3/issue/bulk";
const START: Timestamp = Timestamp::UNIX_EPOCH;

fn throttled() -> FaultAction {
    FaultAction::TooManyRequests { retry_after: None, reason: LimitReason::Burst }
}

#[test]
fn fault_strikes_after_what_it_skips_and_then_is_spent() {
    let faults = Faults::default();
    let action = FaultAction::FailBefore { status: 500 };
    faults.add(Fault::once("POST", "/rest/api/3/issue*", action).after(1).times(2));
    let strikes: Vec<bool> = (0..5).map(|_| faults.strike("POST", BULK, START).is_some()).collect();
    assert_eq!(strikes, [false, true, true, false, false]);
    assert!(faults.pending().is_empty());
}

#[test]
fn other_methods_and_endpoints_pass() {
    let faults = Faults::default();
    faults.add(Fault::once("POST", "/rest/api/3/issue", FaultAction::ResetBefore));
    assert_eq!(faults.strike("GET", "/rest/api/3/issue", START), None);
    assert_eq!(faults.strike("POST", BULK, START), None);
    assert_eq!(faults.strike("POST", "/rest/api/3/issue", START), Some(FaultAction::ResetBefore));
}

#[test]
fn storm_begins_with_its_first_request_and_ends_with_its_time() {
    let faults = Faults::default();
    faults.add(Fault::any("*", throttled()).after(1).lasting(Duration::from_secs(10)));
    let at = |second| START + SignedDuration::from_secs(second);
    let strikes = [0, 100, 105, 109, 110, 111].map(|second| faults.strike("PUT", BULK, at(second)).is_some());
    assert_eq!(strikes, [false, true, true, true, false, false]);
    assert!(faults.pending().is_empty());
}

#[test]
fn of_two_faults_the_second_waits_its_turn() {
    let faults = Faults::default();
    faults.add(Fault::once("POST", BULK, FaultAction::ResetBefore));
    faults.add(Fault::once("POST", BULK, FaultAction::HalfBody).after(1));
    assert_eq!(faults.strike("POST", BULK, START), Some(FaultAction::ResetBefore));
    assert_eq!(faults.strike("POST", BULK, START), Some(FaultAction::HalfBody));
}

#[test]
fn faults_are_written_as_json() {
    let read = |text: &str| serde_json::from_str::<Fault>(text).unwrap();
    let fault = read(r#"{"endpoint":"*","action":{"kind":"too_many_requests"},"lasting":5000}"#);
    assert_eq!(fault, Fault::any("*", throttled()).lasting(Duration::from_secs(5)));
    let fault = read(
        r#"{"method":"POST","endpoint":"/rest/api/3/issue/bulk","skip":2,
            "action":{"kind":"refuse_elements","which":"second_half","status":429}}"#,
    );
    let action = FaultAction::RefuseElements { which: Elements::SecondHalf, status: 429 };
    assert_eq!(fault, Fault::once("POST", BULK, action).after(2));
    assert_eq!(serde_json::from_value::<Fault>(serde_json::to_value(&fault).unwrap()).unwrap(), fault);
}
