import ATProtoSyntax
import Lexicon

/// Finds all documents that are needed: those asked for, and all that they refer to. Documents that
/// are not in the folder are fetched at the same time; ``LexiconRun`` limits how many.
struct DocumentSearch {
  private struct Step: Sendable {
    let nsid: NSID
    let result: Result<PlannedDocument, LexiconError>
  }

  /// Hosts that do not answer take ten seconds each.
  private static let maximumTemporaryFailures = 16

  private let folder: LexiconFolder
  private let fetch: DocumentFetch
  private let source: (NSID) -> DocumentSource
  private let progress: LexiconProgress.Report?

  private(set) var documents: [NSID: PlannedDocument] = [:]
  /// Each document that is needed, with one that refers to it; nil for those asked for.
  private var needed: [NSID: NSID?] = [:]
  /// The needed documents by their names in lowercase.
  private var spellings: [String: NSID] = [:]
  private var pending: [NSID] = []
  private var failures: [LexiconError] = []
  private var byteCount = 0

  init(
    _ folder: LexiconFolder,
    _ fetch: DocumentFetch,
    progress: LexiconProgress.Report?,
    source: @escaping (NSID) -> DocumentSource
  ) {
    self.folder = folder
    self.fetch = fetch
    self.progress = progress
    self.source = source
  }

  /// - Throws: the failure of a document. Of several, one that another attempt does not repair comes
  ///   first.
  mutating func run(from roots: [NSID]) async throws(LexiconError) {
    for root in roots { need(root, for: nil) }
    await withTaskGroup(of: Step.self) { group in
      start(&group)
      while let step = await group.next() {
        take(step)
        if isHopeless {
          group.cancelAll()
          pending = []
        }
        start(&group)
      }
    }
    // The order in which documents arrive must not decide which failure is reported.
    let sorted = failures.sorted { ($0.nsid?.string ?? "") < ($1.nsid?.string ?? "") }
    if let failure = LexiconError.mostSevere(of: sorted) { throw failure }
  }

  private var isHopeless: Bool {
    failures.count > Self.maximumTemporaryFailures || failures.contains { !$0.isTemporary }
  }

  private mutating func need(_ nsid: NSID, for referrer: NSID?) {
    guard needed[nsid] == nil else { return }
    needed[nsid] = .some(referrer)
    guard needed.count <= fetch.options.maximumDocuments else {
      return fail(
        LexiconError(
          .tooMany,
          "more than \(fetch.options.maximumDocuments) documents are needed; raise the limit with "
            + "--max-documents",
          nsid: nsid
        )
      )
    }
    if let other = spellings.updateValue(nsid, forKey: nsid.string.lowercased()) {
      return fail(
        LexiconError(
          .caseCollision,
          "\(nsid) and \(other) differ only by case, and some file systems cannot hold both",
          nsid: nsid
        )
      )
    }
    pending.append(nsid)
  }

  /// Takes documents from the folder, and starts to fetch those that are not there.
  private mutating func start(_ group: inout TaskGroup<Step>) {
    while let nsid = pending.popLast() {
      let source = source(nsid)
      do throws(LexiconError) {
        let file = try folder.contents(of: nsid).map { InstalledFile($0) }
        if case .locked(let entry) = source, let file,
          let record = file.record(entry.cid, of: nsid)
        {
          add(
            PlannedDocument(
              nsid: nsid,
              resolution: entry,
              bytes: file.bytes,
              file: file,
              references: LexiconReferences.followed(in: record)
            )
          )
          continue
        }
        let fetch = fetch
        group.addTask {
          do throws(LexiconError) {
            let document = try await fetch.document(nsid, from: source, file)
            return Step(nsid: nsid, result: .success(document))
          } catch {
            return Step(nsid: nsid, result: .failure(error))
          }
        }
      } catch {
        fail(error)
      }
    }
    progress?(LexiconProgress(done: documents.count, known: needed.count))
  }

  private mutating func take(_ step: Step) {
    switch step.result {
    case .success(let document): add(document)
    case .failure(let error): fail(error.about(step.nsid))
    }
  }

  private mutating func add(_ document: PlannedDocument) {
    documents[document.nsid] = document
    byteCount += document.bytes.count
    guard byteCount <= fetch.options.maximumBytes else {
      return fail(
        LexiconError(
          .tooLarge,
          "the documents have more than \(fetch.options.maximumBytes) bytes in all",
          nsid: document.nsid
        )
      )
    }
    for reference in document.references.sorted() {
      need(reference.normalized, for: document.nsid)
    }
  }

  private mutating func fail(_ error: LexiconError) {
    var error = error
    if let nsid = error.nsid, let referrer = needed[nsid] ?? nil {
      error.reason += " (\(referrer) refers to \(nsid))"
    }
    failures.append(error)
  }
}
