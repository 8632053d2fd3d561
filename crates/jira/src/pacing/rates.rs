//! How many requests per second Jira allows to each endpoint (`rate-limits.md` §2).

use crate::Method;

/// The endpoints that have a figure of their own. `{}` stands for any argument.
const OWN: &[(Method, &str, u32)] = &[
    (Method::Get, "/rest/api/3/issue/{}", 150),
    (Method::Get, "/rest/api/3/issue/{}/changelog", 200),
    (Method::Get, "/rest/api/3/attachment/content/{}", 300),
    (Method::Get, "/rest/api/3/attachment/thumbnail/{}", 200),
    (Method::Get, "/rest/api/3/user", 150),
    (Method::Post, "/rest/api/3/search/approximate-count", 150),
    (Method::Post, "/rest/api/3/expression/evaluate", 150),
    (Method::Get, "/rest/api/3/component/{}", 200),
    (Method::Put, "/rest/api/3/component/{}", 500),
    (Method::Get, "/rest/api/3/issuesecurityschemes/{}", 200),
    (Method::Get, "/rest/api/3/project/{}/role/{}", 200),
    (Method::Post, "/rest/api/3/permissionscheme/{}/permission", 100),
    (Method::Get, "/rest/api/3/issuetype/{}/properties", 200),
    (Method::Get, "/rest/api/3/issuetype/{}/properties/{}", 200),
    (Method::Put, "/rest/api/3/issuetype/{}/properties/{}", 300),
    (Method::Delete, "/rest/api/3/issuetype/{}/properties/{}", 300),
    (Method::Get, "/rest/servicedeskapi/servicedesk/{}/customer", 5),
];

/// Requests per second that Jira allows to an endpoint, on one site.
pub(crate) fn per_second(method: Method, template: &str) -> u32 {
    let own = OWN.iter().find(|(own, path, _)| *own == method && same_path(path, template));
    own.map_or(default(method), |(.., rate)| *rate)
}

fn default(method: Method) -> u32 {
    match method {
        Method::Get | Method::Post => 100,
        Method::Put | Method::Delete => 50,
    }
}

/// Whether two templates are one, whatever they call their arguments.
fn same_path(one: &str, other: &str) -> bool {
    let is_argument = |segment: &str| segment.starts_with('{');
    let same = |(one, other): (&str, &str)| one == other || is_argument(one) && is_argument(other);
    one.split('/').count() == other.split('/').count() && one.split('/').zip(other.split('/')).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_have_their_own_figure_or_their_methods() {
        assert_eq!(per_second(Method::Get, "/rest/api/3/issue/{issue}"), 150);
        assert_eq!(per_second(Method::Put, "/rest/api/3/issue/{issue}"), 50);
        assert_eq!(per_second(Method::Get, "/rest/api/3/issue/{issue}/comment"), 100);
        assert_eq!(per_second(Method::Get, "/rest/api/3/project/{project}/role/{role}"), 200);
        assert_eq!(per_second(Method::Get, "/rest/api/3/issue/picker"), 100);
    }
}
