import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import LexiconIndex
import XRPC
import XRPCServer

/// `com.atproto.repo`: records of the index as their accounts signed them, for everyone.
struct RepoHandler: ComAtproto.Repo.Handler {
  let reads: IndexReads
  let collections: IndexedCollections
  let directory: any IdentityDirectory

  var routes: [XRPCRoute] {
    let served: Set = [
      ComAtproto.Repo.GetRecord.nsid, ComAtproto.Repo.ListRecords.nsid,
      ComAtproto.Repo.DescribeRepo.nsid,
    ]
    return ComAtproto.Repo.routes(self).filter { served.contains($0.nsid) }
  }

  func getRecord(
    _ request: XRPCRequest<ComAtproto.Repo.GetRecord>
  ) async throws -> ComAtproto.Repo.GetRecord.Output {
    let parameters = request.parameters
    let repo = try parameters.repo.parsed()
    let collection = try parameters.collection.parsed()
    let recordKey = try parameters.rkey.parsed()
    let record: IndexedRecord?
    if collections.contains(collection) {
      record = try await reads.read { snapshot in
        guard let account = try snapshot.accounts.account(repo), account.isVisible else {
          return nil
        }
        return try snapshot.records.record(
          RecordAddress(did: account.did, collection: collection, recordKey: recordKey)
        )
      }
    } else {
      record = nil
    }
    guard let record, parameters.cid.map({ $0.string == record.cid.string }) ?? true else {
      throw ComAtproto.Repo.GetRecord.Failure.recordNotFound(
        message: "cannot find the record, or not in this version"
      )
    }
    return ComAtproto.Repo.GetRecord.Output(
      uri: FormatString(record.uri),
      cid: FormatString(record.cid.string),
      value: try record.verbatim()
    )
  }

  func listRecords(
    _ request: XRPCRequest<ComAtproto.Repo.ListRecords>
  ) async throws -> ComAtproto.Repo.ListRecords.Output {
    let parameters = request.parameters
    let repo = try parameters.repo.parsed()
    let collection = try parameters.collection.parsed()
    let isReversed = parameters.reverse ?? false
    let isServed = collections.contains(collection)
    let (records, next) = try await reads.read {
      snapshot throws -> ([IndexedRecord], String?) in
      let account = try snapshot.accounts.visibleAccount(repo)
      guard isServed else { return ([], nil) }
      let scope = "listRecords \(account.did) \(collection) \(isReversed)"
      let page = try snapshot.records.list(
        collection,
        of: account.did,
        after: parameters.cursor.map { try RecordKey(cursor: $0, scope: scope) },
        isReversed: isReversed,
        limit: parameters.limit
      )
      return (page.elements, page.next?.cursor(scope: scope))
    }
    return ComAtproto.Repo.ListRecords.Output(
      cursor: next,
      records: try records.map { record throws in
        ComAtproto.Repo.ListRecords.Record(
          uri: FormatString(record.uri),
          cid: FormatString(record.cid.string),
          value: try record.verbatim()
        )
      }
    )
  }

  /// The collections are those that are indexed; the DID document is the current one.
  func describeRepo(
    _ request: XRPCRequest<ComAtproto.Repo.DescribeRepo>
  ) async throws -> ComAtproto.Repo.DescribeRepo.Output {
    let repo = try request.parameters.repo.parsed()
    let (account, stored) = try await reads.read { snapshot in
      let account = try snapshot.accounts.visibleAccount(repo)
      return (account, try snapshot.accounts.collections(of: account.did))
    }
    let document: DIDDocument
    do {
      document = try await directory.document(of: account.did)
    } catch {
      throw XRPCServerError.upstreamFailure("the DID document of \(account.did) is not available")
    }
    return ComAtproto.Repo.DescribeRepo.Output(
      handle: FormatString(account.handle ?? .invalid),
      did: FormatString(account.did),
      didDoc: document.value,
      collections: stored.filter(collections.contains).map { FormatString($0) },
      handleIsCorrect: account.handle != nil
    )
  }
}

extension RecordKey {
  /// The position of a cursor. Throws ``IndexQueryError/Code/invalidCursor``.
  fileprivate init(cursor: String, scope: String) throws {
    guard case .text(let text)?? = try PageCursor(cursor, scope: scope).parts.first,
      let key = try? RecordKey(text)
    else { throw IndexQueryError(.invalidCursor, "the cursor is not one of this list") }
    self = key
  }

  fileprivate func cursor(scope: String) -> String {
    PageCursor([.text(string)]).text(scope: scope)
  }
}
