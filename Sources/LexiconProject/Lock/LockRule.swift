package import ATProtoSyntax
package import Lexicon

/// The rules of `lexgen check --locked`. They are about the agreement of files with the manifest, and
/// a configuration cannot change their severity.
package enum LockRule: String, CaseIterable {
  case invalid = "lock-invalid"
  case missing = "lock-missing"
  case modified = "lock-modified"
  case stripped = "lock-stripped"
  case superfluous = "lock-superfluous"
  case unlisted = "lock-unlisted"

  package init(_ kind: LockProblem.Kind) {
    self =
      switch kind {
      case .missing: .missing
      case .modified: .modified
      case .stripped: .stripped
      case .unlisted: .unlisted
      case .superfluous: .superfluous
      }
  }

  /// The finding about a document.
  ///
  /// - Parameter place: the path where the file was expected.
  package func message(_ nsid: NSID, at place: String = "") -> String {
    switch self {
    case .invalid: "not a valid manifest"
    case .missing:
      "'\(nsid)' is not installed: '\(place.printable)' does not exist; run 'atproto lexicon "
        + "install'"
    case .modified:
      "the file is not the version of '\(nsid)' that the manifest lists; restore it with 'atproto "
        + "lexicon install --force', or run 'atproto lexicon update' to install the current version"
    case .stripped:
      "the file lacks '$type', so that it does not have the CID of '\(nsid)'; add "
        + "\"$type\": \"\(LexiconFile.recordType)\""
    case .unlisted:
      "'\(nsid)' is required, but the manifest does not list its version under 'resolutions'; run "
        + "'atproto lexicon install'"
    case .superfluous:
      "'\(nsid)' is listed, but no document of 'lexicons' refers to it; run 'atproto lexicon install' "
        + "to remove it from the manifest"
    }
  }

  package var description: DiagnosticRule {
    DiagnosticRule(id: rawValue, severity: .error, summary: summary, explanation: reason)
  }

  private var summary: String {
    switch self {
    case .invalid: "The manifest lexicons.json is readable and valid."
    case .missing: "Every document in the manifest is installed."
    case .modified: "Every installed document is the version that the manifest lists."
    case .stripped: "Every installed document has the '$type' of its record."
    case .superfluous: "Every document in the manifest was asked for, or another refers to it."
    case .unlisted: "The manifest lists every document that was asked for or is referred to."
    }
  }

  private var reason: String {
    switch self {
    case .invalid:
      "Without it, there is nothing to compare the installed documents with."
    case .missing:
      "'atproto lexicon install' installs the versions that the manifest lists."
    case .modified:
      "Builds would otherwise depend on who ran them. Layout and the order of keys do not matter: "
        + "the CID of the record is compared."
    case .stripped:
      "'$type' is part of the record and of its CID. Some tools leave it out of the file."
    case .superfluous:
      "A document that is not needed any more would still be installed and compiled."
    case .unlisted:
      "Its version would not be fixed, and another machine might not have it at all."
    }
  }
}

extension DiagnosticRule {
  /// The rules of `lexgen check --locked`.
  package static let lock: [DiagnosticRule] = LockRule.allCases.map(\.description)
}
