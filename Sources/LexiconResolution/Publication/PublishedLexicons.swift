public import ATProtoData
public import ATProtoSyntax

/// What an account has published under some names, proven by its repository.
public struct PublishedLexicons: Sendable {
  /// A published document.
  public enum Entry: Sendable {
    /// A valid document.
    case document(cid: CID, record: DataValue)
    /// A record that does not resolve, such as one with another `id`.
    case invalid(LexiconError)

    /// The CID of a valid document.
    public var cid: CID? {
      if case .document(let cid, _) = self { cid } else { nil }
    }

    var record: DataValue? {
      if case .document(_, let record) = self { record } else { nil }
    }
  }

  /// The account.
  public let did: DID
  /// The commit that all documents belong to; nil if it does not matter.
  public let head: Head?
  /// The documents. Names that are not published are missing.
  public let entries: [NSID: Entry]

  init(did: DID, head: Head?, entries: [NSID: Entry]) {
    self.did = did
    self.head = head
    self.entries = entries
  }
}

extension PublishedLexicons {
  /// More requests would only wait for each other, and after a failure none are sent.
  private static let maximumRequests = 8

  /// Reads documents of an account with proofs.
  ///
  /// - Parameter head: the commit that the documents must belong to, so that a write can depend on
  ///   it; nil to accept any.
  /// - Throws: a failure other than a document that is absent or not valid;
  ///   ``LexiconError/Code/fetchFailed`` if the repository has another commit.
  public static func read(
    _ nsids: some Collection<NSID>,
    of did: DID,
    at head: Head? = nil,
    _ run: LexiconRun,
    progress: LexiconProgress.Report? = nil
  ) async throws(LexiconError) -> PublishedLexicons {
    let nsids = Set(nsids)
    var waiting = nsids.sorted()[...]
    var entries: [NSID: Entry] = [:]
    var failures: [LexiconError] = []
    var done = 0
    await withTaskGroup(of: (NSID, Outcome).self) { group in
      func start() {
        guard failures.isEmpty, let nsid = waiting.popFirst() else { return }
        group.addTask { (nsid, await outcome(nsid, did, at: head, run)) }
      }
      for _ in 0..<maximumRequests { start() }
      while let (nsid, outcome) = await group.next() {
        switch outcome {
        case .absent: break
        case .found(let entry): entries[nsid] = entry
        case .failed(let error): failures.append(error)
        }
        done += 1
        progress?(LexiconProgress(done: done, known: nsids.count))
        start()
      }
    }
    if let failure = LexiconError.mostSevere(of: failures) { throw failure }
    return PublishedLexicons(did: did, head: head, entries: entries)
  }

  private enum Outcome: Sendable {
    case absent
    case found(Entry)
    case failed(LexiconError)
  }

  private static func outcome(
    _ nsid: NSID,
    _ did: DID,
    at head: Head?,
    _ run: LexiconRun
  ) async -> Outcome {
    do throws(LexiconError) {
      let found = try await run.resolve(LexiconReference(nsid, did: did))
      if let head, found.rev != head.rev {
        return .failed(
          LexiconError(
            .fetchFailed,
            "the repository of \(did) changed while it was read; run the command again"
          )
        )
      }
      return .found(.document(cid: found.cid, record: found.record))
    } catch {
      switch error.code {
      case .recordNotFound: return .absent
      case .invalidRecord, .tooLarge: return .found(.invalid(error))
      default: return .failed(error)
      }
    }
  }
}
