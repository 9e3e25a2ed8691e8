import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Lexicon
import LexiconIndex
import XRPC
import XRPCServer

/// The queries of loaded lexicons that are served without a handler; see ``PageQuery``.
struct PageQueries: Sendable {
  let queries: [PageQuery]
  private let catalog: Catalog
  private let reads: IndexReads

  init(_ lexicons: LoadedLexicons, _ plan: IndexPlan, _ reads: IndexReads) {
    queries = lexicons.own.documents.compactMap { PageQuery($0, lexicons.catalog, plan) }
    catalog = lexicons.catalog
    self.reads = reads
  }

  /// - Parameter isServed: whether a method has a handler, which takes precedence.
  func routes(except isServed: (String) -> Bool) -> [XRPCRoute] {
    queries.filter { !isServed($0.nsid.string) }.map { query in
      XRPCRoute(
        nsid: query.nsid.string,
        kind: .query,
        handler: .respond { request, _ in
          try await respond(to: query.call(request.query, catalog), query)
        }
      )
    }
  }

  private func respond(to call: PageQuery.Call, _ query: PageQuery) async throws -> RouteResponse {
    let page = try await reads.read(.filter) { snapshot in
      var records = call.query
      if let repos = call.repos { records.repos = try snapshot.accounts.dids(repos) }
      return try snapshot.records.query(records)
    }
    let names = query.output
    var output = DataObject()
    if names.hasCursor {
      output["cursor"] = page.next.map { .string($0.cursor(scope: call.scope)) }
    }
    output[names.views] = .array(
      try page.elements.map { record throws in
        var view: DataObject = [
          "uri": .string(record.uri), "cid": .string(record.cid.string),
          names.record: try record.verbatim(),
        ]
        if names.hasIndexedAt {
          view["indexedAt"] = .string(FormatString<Datetime>(datetime: record.indexedAt).string)
        }
        return .object(view)
      }
    )
    return RouteResponse(
      head: HTTPResponse(status: .ok, headerFields: [.contentType: "application/json"]),
      body: .bytes(DataValue.object(output).jsonBytes())
    )
  }
}
