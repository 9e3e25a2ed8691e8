public import ATProtoSyntax

/// Whether the domain of a group of documents leads to the account that publishes them.
///
/// Lexicon specification, "Lexicon Publication and Resolution": the TXT record of
/// `_lexicon.<authority>` is `did=<DID>`.
public struct DomainCheck: Hashable, Sendable {
  /// What the domain leads to.
  public enum State: String, Hashable, Sendable {
    /// A DID, and the expected one if there is any.
    case ok
    /// Another DID than the expected one.
    case other
    /// The record does not exist.
    case missing
    /// There are records with different values.
    case ambiguous
    /// The record does not have a DID that can be resolved.
    case malformed
    /// The top-level domain is reserved, so that there cannot be a record.
    case reserved
    /// The name servers do not answer.
    case error
  }

  /// The group of documents.
  public let group: LexiconGroup
  /// What its domain leads to.
  public let state: State
  /// The DID; nil unless there is exactly one.
  public let did: DID?
  /// Why there is no DID; nil if there is one.
  public let failure: LexiconError?

  /// The name of the TXT record: `_lexicon.example.com`.
  public var recordName: String {
    "_lexicon." + group.prefix.split(separator: ".").reversed().joined(separator: ".")
  }

  /// The line of a zone file that makes the domain lead to an account.
  ///
  /// - Parameter did: the account; nil for the word `DID` in its place.
  public func zoneLine(for did: DID?) -> String {
    "\(recordName)  TXT  \"did=\(did?.string ?? "DID")\""
  }

  /// The same check with an expected DID.
  public func expecting(_ expected: DID) -> DomainCheck {
    guard let did, did != expected else { return self }
    return DomainCheck(group: group, state: .other, did: did, failure: failure)
  }

  /// What is wrong, in words.
  public var reason: String {
    switch state {
    case .ok, .other: "\(recordName) leads to \(did?.string ?? "an account")"
    case .missing: "\(recordName) does not have a TXT record with did="
    case .ambiguous: "\(recordName) has different TXT records with did="
    case .malformed: "the TXT record of \(recordName) does not have a valid did:plc or did:web"
    case .reserved: "the top-level domain of \(recordName) is reserved"
    case .error: "the name servers do not answer for \(recordName)"
    }
  }
}

extension DomainCheck {
  /// Looks up the domain of a group.
  static func look(up group: LexiconGroup, _ run: LexiconRun) async -> DomainCheck {
    do throws(LexiconError) {
      let did = try await run.authority(of: group).did
      return DomainCheck(group: group, state: .ok, did: did, failure: nil)
    } catch {
      return DomainCheck(group: group, state: State(error.code), did: nil, failure: error)
    }
  }

  /// Looks up the domain of each group that the documents belong to, sorted by group.
  public static func all(
    for nsids: some Collection<NSID>,
    _ run: LexiconRun
  ) async -> [DomainCheck] {
    await withTaskGroup(of: DomainCheck.self) { tasks in
      for group in Set(nsids.map(LexiconGroup.init(of:))) {
        tasks.addTask { await look(up: group, run) }
      }
      var checks: [DomainCheck] = []
      for await check in tasks { checks.append(check) }
      return checks.sorted { $0.group.prefix < $1.group.prefix }
    }
  }
}

extension DomainCheck.State {
  fileprivate init(_ code: LexiconError.Code) {
    self =
      switch code {
      case .authorityNotFound: .missing
      case .authorityAmbiguous: .ambiguous
      case .authorityMalformed: .malformed
      case .reservedDomain: .reserved
      default: .error
      }
  }
}
