import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import VerifiedSync
import XRPC
import XRPCServer

/// The requests of clients and administrators, except `/channel`:
///
///     GET  /health, /resolve/DID, /info/DID
///     GET  /stats/repo-count, record-count, outbox-buffer, resync-buffer, cursors
///     POST /repos/add, /repos/remove   { "dids": [...] }
struct SyncWeb: Sendable {
  private static let maximumBodyLength = 16 << 20

  let consumer: SyncConsumer
  let identities: any IdentityDirectory
  let password: String?

  /// Throws unless the request has the password, if there is one.
  func authorize(_ method: HTTPRequest.Method, _ fields: HTTPFields) async throws {
    guard let password else { return }
    try await Administrator(passwords: [password]).check(
      XRPCContext(nsid: "sync", verb: method, headers: fields)
    )
  }

  /// Throws if there is no password and the request comes from a web page, because pages of any
  /// site can send requests to this machine.
  func refusePages(_ fields: HTTPFields) throws(XRPCServerError) {
    guard password != nil || fields[.origin] == nil else {
      throw .forbidden("requests from web pages require a password; set TAP_ADMIN_PASSWORD")
    }
  }

  /// Does not throw: errors are JSON.
  func respond(to request: Request) async -> Response {
    do {
      return try await answer(request)
    } catch {
      let answer = RouteResponse(error: error)
      return Response(
        status: answer.head.status,
        headers: answer.head.headerFields,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body.bytes ?? []))
      )
    }
  }

  private func answer(_ request: Request) async throws -> Response {
    let segments = request.uri.path.split(separator: "/").map(String.init)
    if segments == ["health"] { return .json(["status": "ok"]) }
    try await authorize(request.method, request.headers)
    if request.method == .post { try refusePages(request.headers) }
    switch (request.method, segments.first, segments.dropFirst().first) {
    case (.post, "repos", "add"):
      try await consumer.add(try await dids(request))
      return .json([:])
    case (.post, "repos", "remove"):
      try await consumer.remove(try await dids(request))
      return .json([:])
    case (.get, "resolve", let text?): return .json(try await resolve(did(text)))
    case (.get, "info", let text?): return .json(try await info(did(text)))
    case (.get, "stats", let name?): return .json(try await statistics(name))
    default: throw XRPCServerError.notFound("not found")
    }
  }

  private func did(_ text: String) throws(XRPCServerError) -> DID {
    guard let did = try? DID(text) else {
      throw .invalidRequest("\(QueryString.excerpt(text)) is not a valid DID")
    }
    return did
  }

  private func dids(_ request: Request) async throws -> [DID] {
    // A page of another site cannot send this type without a preflight request.
    guard let type = request.headers[.contentType],
      type.lowercased().hasPrefix("application/json")
    else {
      throw XRPCServerError(
        status: .unsupportedMediaType,
        name: "InvalidRequest",
        message: "the body must be application/json"
      )
    }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: Self.maximumBodyLength)
    } catch is NIOTooManyBytesError {
      throw XRPCServerError.payloadTooLarge(maximum: Self.maximumBodyLength)
    }
    guard let value = try? DataValue(json: Array(buffer.readableBytesView)),
      let dids = value["dids"]?.array
    else { throw XRPCServerError.invalidRequest("the body does not have an array 'dids'") }
    return try dids.map { try did($0.string ?? "") }
  }

  private func resolve(_ did: DID) async throws -> DataValue {
    do throws(IdentityError) {
      return try await identities.document(of: did).value
    } catch {
      guard error.isTransient else { throw XRPCServerError.notFound(error.reason) }
      throw XRPCServerError(status: .badGateway, name: "UpstreamFailure", message: error.reason)
    }
  }

  private func info(_ did: DID) async throws -> DataValue {
    guard let repository = try await consumer.repository(did) else {
      throw XRPCServerError.notFound("\(did) is not tracked")
    }
    var object: DataObject = [
      "did": .string(did.string), "state": .string(repository.phase.rawValue),
      "handle": .string(repository.handle?.string ?? ""),
      "rev": .string(repository.head?.rev.string ?? ""),
      "records": .integer(try await consumer.recordCount(of: did)),
      "retries": .integer(repository.attempts),
    ]
    if let error = repository.error { object["error"] = .string(error) }
    return .object(object)
  }

  private func statistics(_ name: String) async throws -> DataValue {
    let statistics = try await consumer.statistics()
    return switch name {
    case "repo-count": ["repo_count": .integer(statistics.counts.repositories)]
    case "record-count": ["record_count": .integer(statistics.counts.records)]
    case "outbox-buffer": ["outbox_buffer": .integer(statistics.counts.events)]
    case "resync-buffer": ["resync_buffer": .integer(statistics.waitingEvents)]
    case "cursors":
      // There is no `list_repos`: the list is read from the beginning at each start.
      statistics.cursor.map { ["firehose": .integer($0)] } ?? [:]
    default: throw XRPCServerError.notFound("not found")
    }
  }
}
