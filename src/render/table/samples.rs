//! Hand-made reports and looks for the tests of all formats.

use jiff::Timestamp;

use super::super::Look;
use crate::domain::code::Code;
use crate::domain::relation::{CommitLine, Direction};
use crate::domain::report::approve::*;
use crate::domain::report::evidence::{EvidenceFinding, EvidenceReport, EvidenceVerdict};
use crate::domain::report::tend::*;
use crate::domain::report::verify::*;
use crate::domain::report::*;
use crate::domain::scalar::SiteEdit;
use crate::domain::signature::SignatureWord;

/// A terminal at a fixed moment, without colour.
pub const LOOK: Look = Look { colour: false, width: None, now: Some(NOW) };
/// Not a terminal.
pub const PIPE: Look = Look { colour: false, width: None, now: None };
/// 2026-11-23T12:00:00Z
const NOW: Timestamp = Timestamp::constant(1_795_435_200, 0);

/// A full id that begins with these digits.
pub fn id(digits: &str) -> String {
    format!("{digits:0<40}")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn commits() -> Vec<CommitLine> {
    vec![
        CommitLine {
            commit: id("9d3e7aa"),
            when: at("2026-11-23T10:00:00Z"),
            author: "Mei Lin".into(),
            subject: "fix: retry on 409".into(),
            page: None,
            issues: Vec::new(),
        },
        CommitLine {
            commit: id("77f0c1d"),
            when: at("2026-11-22T10:00:00Z"),
            author: "A. Petrov".into(),
            subject: "feat: idempotency keys".into(),
            page: None,
            issues: Vec::new(),
        },
    ]
}

pub fn change() -> ChangeReport {
    ChangeReport {
        verb: "promote".into(),
        stage: Stage::Planned,
        environment: Some("production".into()),
        instances: Vec::new(),
        moves: vec![MoveReport {
            instance: None,
            members: Vec::new(),
            application: "checkout".into(),
            environment: "production".into(),
            from: Some(id("41c09b2")),
            to: Some(id("9d3e7aa")),
            from_commit: Some(id("41c09b2")),
            to_commit: Some(id("9d3e7aa")),
            direction: Direction::Forward,
            origin: "staging".into(),
            counterpart_of: None,
            commits: commits(),
            commits_total: Some(2),
            commits_page: None,
            lost: vec![],
            lost_total: Some(0),
            lost_page: None,
            sites: vec![SiteEdit {
                file: "apps/checkout/overlays/production/kustomization.yaml".into(),
                line: 14,
                column: 13,
                key: "newTag".into(),
                from: Some(id("41c09b2")),
                to: Some(id("9d3e7aa")),
            }],
        }],
        skipped: vec![],
        waiting: vec![],
        holds: vec![],
        gates: vec![
            GateReport {
                gate: "hold".into(),
                subject: "checkout".into(),
                verdict: VerdictWord::Pass,
                detail: "".into(),
                branch: None,
                eligible_at: None,
                not_after: None,
                exempt: false,
                overridden: None,
            },
            GateReport {
                gate: "signature".into(),
                subject: "".into(),
                verdict: VerdictWord::Unknown,
                detail: "alice has no key".into(),
                branch: None,
                eligible_at: None,
                not_after: None,
                exempt: false,
                overridden: None,
            },
        ],
        not_after: None,
        refusals: Vec::new(),
        sync: None,
        files: vec!["apps/checkout/overlays/production/kustomization.yaml".into()],
        branch: "main".into(),
        base: id("aaaaaaa"),
        change: None,
        commit: None,
        signed: false,
        remote: Some("origin".into()),
        request: None,
        not_direct: None,
        push_refused: None,
        undo: Some("stageline undo 3f2a9c1000".into()),
        follow_ups: vec![],
        notes: vec![],
    }
}

pub fn synced() -> ChangeReport {
    let files = vec![SyncedFile { path: "stageline.yaml".into(), change: SyncWord::Changed }];
    let differences = vec!["`signing` is optional (`main`: required)".into()];
    let sync = SyncReport { from_branch: "main".into(), from_commit: id("aaaaaaa"), files, differences };
    ChangeReport {
        verb: "sync".into(),
        moves: vec![],
        sync: Some(sync),
        files: vec!["stageline.yaml".into()],
        ..change()
    }
}

pub fn landed() -> ChangeReport {
    ChangeReport {
        stage: Stage::Landed,
        commit: Some(id("3f2a9c1")),
        signed: true,
        notes: vec!["your work tree has changes and was left alone".into()],
        ..change()
    }
}

pub fn hold() -> HoldReport {
    HoldReport {
        environment: "production".into(),
        application: Some("checkout".into()),
        reason: "errors after 9d3e7aa".into(),
        by: "Mei Lin".into(),
        since: at("2026-11-23T11:48:00Z"),
        until: None,
        expired: false,
        left_over: false,
        lifted: false,
        file: ".stageline/holds/production/checkout.yaml".into(),
        commit: None,
        source: None,
        fixed: vec![],
    }
}

pub fn needs() -> NeedsReport {
    NeedsReport {
        approvals: Some(2),
        given: 0,
        missing: Some(2),
        owners: false,
        checks: Some(true),
        asked: vec!["alice".into(), "bob".into()],
        may_approve: vec!["@leads".into()],
        changes_asked_by: vec![],
    }
}

pub fn request() -> OpenRequest {
    OpenRequest {
        branch: "promote/production/checkout".into(),
        target: "main".into(),
        commit: id("aaaaaaa"),
        verb: "promote".into(),
        number: Some("#12".into()),
        address: Some("https://git.example.com/shop/config/pulls/12".into()),
        open: Some(true),
        moves: vec![RequestedMove {
            application: "checkout".into(),
            environment: "production".into(),
            from: Some(id("41c09b2")),
            to: Some(id("9d3e7aa")),
        }],
        since: at("2026-11-23T10:00:00Z"),
        current: true,
        draft: false,
        held: false,
        edited_by: None,
        checks: Some(ChecksWord::Passed),
        approvals: vec![ApprovalReport { by: "petrov".into(), commit: Some(id("aaaaaaa")) }],
        auto_merge: None,
        needs: None,
    }
}

pub fn apart() -> ApartReport {
    let failed = FailedRequest {
        applications: vec!["web".into()],
        branch: "promote/production/web".into(),
        message: "the request #7 was closed".into(),
    };
    ApartReport {
        verb: "promote".into(),
        environment: Some("production".into()),
        requests: vec![landed()],
        failed: vec![failed],
        skipped: vec![Skipped { application: "api".into(), reason: "it already runs that".into() }],
        notes: vec![],
    }
}

pub fn tended() -> TendedReport {
    let one = |became, reason: Option<&str>| Tended { request: request(), became, reason: reason.map(str::to_string) };
    let requests = vec![one(BecameWord::Rebuilt, None), one(BecameWord::Closed, Some("superseded by #13"))];
    TendedReport { verb: "refresh".into(), dry_run: false, requests, notes: vec![] }
}

pub fn tend() -> TendReport {
    let status = CommitStatus {
        context: "stageline/verify".into(),
        commit: id("9d3e7aa"),
        state: StateWord::Success,
        description: "verified, until a gate may change at 2026-11-27T16:00:00Z".into(),
        page: None,
        written: true,
        message: None,
    };
    let judged = RequestStatus {
        number: 12,
        requests: vec!["#12".into()],
        address: Some("https://git.example.com/shop/config/pulls/12".into()),
        target: "main".into(),
        became: ToldWord::Written,
        reason: None,
        status: Some(status),
        not_after: Some(at("2026-11-27T16:00:00Z")),
    };
    let (requests, holds) = (tended().requests, vec![hold()]);
    TendReport {
        dry_run: false,
        requests,
        statuses: vec![judged],
        holds,
        baselines: vec![],
        previews: vec![],
        failed: vec![],
        notes: vec![],
    }
}

pub fn diff() -> DiffReport {
    let side = |env: &str| DiffSide { environment: env.into(), commit: id("3f2a9c1") };
    let site = |side: &str, digits: &str| DiffSite {
        side: side.into(),
        file: format!("apps/checkout/overlays/{side}/kustomization.yaml"),
        line: 14,
        pin: "registry.example.com/checkout".into(),
        version: Some(id(digits)),
    };
    let row = DiffRow {
        application: "checkout".into(),
        left: Some(id("9d3e7aa")),
        right: Some(id("41c09b2")),
        same: false,
        ahead: Some(2),
        behind: Some(0),
        ahead_commits: commits(),
        behind_commits: vec![],
        ahead_page: None,
        behind_page: None,
        sites: vec![site("staging", "9d3e7aa"), site("production", "41c09b2")],
        note: None,
    };
    let same = DiffRow {
        application: "web".into(),
        left: Some(id("77f0c1d")),
        right: Some(id("77f0c1d")),
        same: true,
        ahead: Some(0),
        ahead_commits: vec![],
        sites: vec![],
        ..row.clone()
    };
    DiffReport {
        left: side("staging"),
        right: side("production"),
        applications: vec![row, same],
        rendered: None,
        landings: None,
        differences: 1,
        notes: vec![],
    }
}

pub fn history() -> HistoryReport {
    let rollback = HistoryRow {
        rev: Some("r17".into()),
        live: true,
        config_commit: id("aaaaaaa"),
        when: at("2026-11-23T11:48:00Z"),
        application: "checkout".into(),
        environment: "production".into(),
        instance: None,
        from: Some(id("77f0c1d")),
        to: Some(id("41c09b2")),
        to_commit: Some(id("41c09b2")),
        disagrees: false,
        renamed_from: None,
        verb: "rollback".into(),
        by: "Mei Lin".into(),
        asked_by: vec![],
        merged_by: None,
        request: Some("!812".into()),
        request_address: None,
        approvals: vec![],
        signature: SignatureWord::Good,
        signer: Some("mei@example.com".into()),
        reason: Some("errors, 3 %".into()),
        overrides: vec![],
        origin: Some("r15".into()),
        subject: "rollback checkout in production".into(),
        verdict: "not recorded".into(),
        hotfix: false,
    };
    let promote = HistoryRow {
        rev: Some("r16".into()),
        live: false,
        config_commit: id("bbbbbbb"),
        when: at("2026-11-23T10:00:00Z"),
        from: Some(id("41c09b2")),
        to: Some(id("77f0c1d")),
        to_commit: Some(id("77f0c1d")),
        verb: "promote".into(),
        by: "ci-bot".into(),
        request: Some("!809".into()),
        request_address: None,
        approvals: vec![],
        reason: None,
        overrides: vec![],
        origin: Some("staging".into()),
        subject: "promote checkout to production".into(),
        verdict: "not recorded".into(),
        hotfix: false,
        ..rollback.clone()
    };
    let by_hand = HistoryRow {
        rev: Some("r15".into()),
        live: false,
        config_commit: id("ccccccc"),
        when: at("2026-11-21T10:00:00Z"),
        from: None,
        to: Some("v1-hotfix".into()),
        to_commit: None,
        verb: "by hand".into(),
        by: "A. Petrov".into(),
        request: None,
        request_address: None,
        approvals: vec![],
        signature: SignatureWord::None,
        signer: None,
        reason: None,
        overrides: vec![],
        origin: None,
        subject: "hotfix".into(),
        verdict: "not recorded".into(),
        hotfix: false,
        ..rollback.clone()
    };
    HistoryReport {
        application: Some("checkout".into()),
        environment: Some("production".into()),
        changes: vec![rollback, promote, by_hand],
        complete: true,
        hidden: false,
        sifted: false,
        notes: vec![],
    }
}

/// A merged promotion that lifted a hold and changed two files more.
pub fn show() -> ShowReport {
    let person =
        |name: &str, email: &str| Person { name: name.into(), email: email.into(), when: at("2026-11-23T11:48:00Z") };
    let commit = |digits: &str, who: Person, message: &str, signature, signer: Option<&str>| LandingCommit {
        commit: id(digits),
        author: who.clone(),
        committer: who,
        message: message.into(),
        signature,
        signer: signer.map(Into::into),
    };
    let subject = "Merge pull request #12 from shop/promote";
    let mei = person("Mei Lin", "mei@example.com");
    let hold = Some(hold());
    ShowReport {
        config_commit: id("aaaaaaa"),
        branch: "main".into(),
        named: None,
        before: Some(id("ccccccc")),
        when: at("2026-11-23T11:48:00Z"),
        verb: "promote".into(),
        by: "Mei Lin".into(),
        merged_by: Some("A. Petrov".into()),
        request: Some("#12".into()),
        request_address: None,
        approvals: vec![],
        reason: Some("errors, 3 %".into()),
        overrides: vec![],
        origin: Some(format!("staging@{}", id("ccccccc"))),
        change: Some("0".repeat(64)),
        subject: subject.into(),
        landing: commit("aaaaaaa", person("A. Petrov", "petrov@example.com"), subject, SignatureWord::None, None),
        made_by: vec![commit("bbbbbbb", mei, "promote checkout", SignatureWord::Good, Some("mei@example.com"))],
        gates: None,
        recorded: None,
        moves: vec![LandedMove {
            moved: change().moves.remove(0),
            verb: "promote".into(),
            made_by: id("bbbbbbb"),
            note: None,
        }],
        previews: Vec::new(),
        records: vec![RecordReport {
            change: PathWord::Deleted,
            before: hold,
            after: None,
            file: ".stageline/holds/production/checkout.yaml".into(),
        }],
        hotfixes: Vec::new(),
        others: vec![
            OtherPath {
                change: PathWord::Modified,
                path: "apps/checkout/overlays/production/kustomization.yaml".into(),
                has_pin: true,
                class: ClassWord::Environment,
                environments: vec!["production".into()],
            },
            OtherPath {
                change: PathWord::Deleted,
                path: "docs/old.md".into(),
                has_pin: false,
                class: ClassWord::Outside,
                environments: vec![],
            },
        ],
        notes: vec![],
    }
}

pub fn status() -> StatusReport {
    let staging = StatusCell {
        environment: "staging".into(),
        present: true,
        version: Some(id("9d3e7aa")),
        commit: Some(id("9d3e7aa")),
        since: Some(at("2026-11-23T10:00:00Z")),
        ahead: None,
        behind: None,
        compared_with: None,
        held: false,
        hotfix: None,
        disagree: vec![],
        note: None,
        waits: None,
    };
    let production = StatusCell {
        environment: "production".into(),
        version: Some(id("41c09b2")),
        commit: Some(id("41c09b2")),
        since: Some(at("2026-11-20T12:00:00Z")),
        ahead: Some(0),
        behind: Some(2),
        compared_with: Some("staging".into()),
        held: true,
        ..staging.clone()
    };
    let absent = StatusCell { present: false, version: None, commit: None, since: None, ..staging.clone() };
    let split = StatusCell {
        version: None,
        commit: None,
        since: None,
        disagree: ["v1", "v2"]
            .map(|version| DiffSite {
                side: "production".into(),
                file: format!("apps/web/overlays/production/{version}/kustomization.yaml"),
                line: 3,
                pin: "web".into(),
                version: Some(version.into()),
            })
            .to_vec(),
        held: false,
        ahead: None,
        behind: None,
        ..production.clone()
    };
    StatusReport {
        environments: vec!["staging".into(), "production".into()],
        applications: vec![
            StatusRow { application: "checkout".into(), members: Vec::new(), cells: vec![staging, production] },
            StatusRow {
                application: "web".into(),
                members: vec!["shop".into(), "admin".into()],
                cells: vec![absent, split],
            },
        ],
        holds: vec![hold()],
        requests: vec![],
        previews: vec![],
        notes: vec![],
    }
}

/// A request with a commit that is nowhere, a soak that lasts, and a file of the rules.
pub fn verify() -> VerifyReport {
    let gate = |gate: &str, subject: &str, verdict, detail: &str| GateReport {
        gate: gate.into(),
        subject: subject.into(),
        verdict,
        detail: detail.into(),
        branch: None,
        eligible_at: None,
        not_after: None,
        exempt: false,
        overridden: None,
    };
    let refusal = RefusalReport {
        code: Code::NotInBaseline,
        verdict: VerdictWord::Fail,
        message: "`production` deploys only what is in `main` of the source, and 9d3e7aa of `checkout` is not".into(),
        details: vec![],
        hints: vec!["merge it there first".into()],
        ask: vec![],
    };
    let soak = GateReport {
        eligible_at: Some(at("2026-11-24T10:00:00Z")),
        not_after: Some(at("2026-11-24T10:00:00Z")),
        ..gate("soak", "checkout", VerdictWord::Pending, "2h of 24h")
    };
    let change = JudgedChange {
        commit: id("77f0c1d"),
        what: ChangeWord::Merge,
        change: None,
        moves: vec![VerifiedMove {
            application: "checkout".into(),
            environment: "production".into(),
            from: Some(id("41c09b2")),
            to: Some(id("9d3e7aa")),
            file: Some("apps/checkout/overlays/production/kustomization.yaml".into()),
        }],
        outside: 1,
        gates: vec![
            gate("branches", "checkout", VerdictWord::Fail, "not in `main`"),
            soak,
            gate("hold", "checkout", VerdictWord::Pass, "no hold"),
            gate("scope", "stageline.yaml", VerdictWord::Pending, "it is policy"),
        ],
        refusals: vec![refusal],
    };
    let policies = vec![PolicyReport { branch: "main".into(), commit: id("41c09b2") }];
    let (name, base, head) = ("main".to_string(), Some(id("41c09b2")), Some(id("77f0c1d")));
    let one =
        RefVerdict { name, base, head, verdict: VerdictWord::Fail, policies, changes: vec![change], refusals: vec![] };
    VerifyReport {
        verdict: VerdictWord::Fail,
        push: false,
        enforced: true,
        refs: vec![one],
        not_after: Some(at("2026-11-24T10:00:00Z")),
        status: Some(CommitStatus {
            context: "stageline/verify".into(),
            commit: id("77f0c1d"),
            state: StateWord::Failure,
            description: "refused by `branches`: not in `main`".into(),
            page: Some("https://ci.example.com/jobs/7".into()),
            written: true,
            message: None,
        }),
        recorded: None,
        notes: vec![],
    }
}

/// An override that was said.
pub fn approve() -> ApproveReport {
    let verify = verify();
    ApproveReport {
        verb: "approve".into(),
        dry_run: false,
        said: ConsentWord::Override,
        branch: "main".into(),
        head: id("bbbbbbb"),
        change: "c".repeat(64),
        by: Some("bob".into()),
        counts_for: vec!["managers".into()],
        gate: Some("soak".into()),
        reason: Some("it burns".into()),
        until: Some(NOW),
        statements: vec![WrittenStatement {
            path: "changes/cc/override-1.json".into(),
            commit: id("ddddddd"),
            key: "SHA256:x".into(),
        }],
        verdict: verify.refs[0].clone(),
        notes: vec![],
    }
}

pub fn evidence() -> EvidenceReport {
    EvidenceReport {
        folder: "audit".into(),
        since: Some(at("2026-11-01T00:00:00Z")),
        until: None,
        files: 9,
        landings: 2,
        statements: 1,
        signed: true,
        notes: vec![],
    }
}

pub fn checked() -> EvidenceVerdict {
    let finding =
        EvidenceFinding { file: "commits/1".into(), verdict: VerdictWord::Fail, says: "its hash differs".into() };
    EvidenceVerdict {
        folder: "audit".into(),
        verdict: VerdictWord::Fail,
        key: Some("SHA256:abc".into()),
        signers: vec!["mei@example.com".into()],
        files: 9,
        landings: 2,
        statements: 1,
        unvouched: 1,
        unrecorded: 0,
        findings: vec![finding],
        notes: vec![],
    }
}
