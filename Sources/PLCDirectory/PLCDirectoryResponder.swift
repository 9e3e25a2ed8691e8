import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
public import Hummingbird
import Logging
import NIOCore

/// The HTTP API of a directory:
///
///     GET  /_health          GET  /export?count=&after=
///     GET  /:did             GET  /:did/data
///     GET  /:did/log         GET  /:did/log/audit         GET  /:did/log/last
///     POST /:did
public struct PLCDirectoryResponder: HTTPResponder {
  public typealias Context = BasicRequestContext

  /// Several times what the largest operation has in JSON.
  private static let maximumBodyBytes = 64 << 10

  private let directory: PLCDirectory
  private let logger: Logger

  init(_ directory: PLCDirectory, logger: Logger) {
    self.directory = directory
    self.logger = logger
  }

  public func respond(
    to request: Request,
    context: BasicRequestContext
  ) async throws -> Response {
    do {
      return try await answer(request)
    } catch {
      return refusal(of: request, error)
    }
  }

  private func answer(_ request: Request) async throws -> Response {
    let path = request.uri.path.split(separator: "/").map(String.init)
    switch (request.method, path.count) {
    case (.get, 1) where path[0] == "_health":
      return json(["version": "0.1.0"])
    case (.get, 1) where path[0] == "export":
      return try await export(request)
    case (.get, 1...3):
      return try await answer(did(path[0]), path.dropFirst().joined(separator: "/"))
    case (.post, 1):
      return try await submit(request, of: did(path[0]))
    default:
      throw PLCDirectoryError(.notFound, "nothing is here")
    }
  }

  private func answer(_ did: DID, _ part: String) async throws -> Response {
    switch part {
    case "":
      let document = try await directory.data(of: did).document(of: did)
      return json(document, "application/did+ld+json; charset=utf-8")
    case "data":
      return json(try await directory.data(of: did).value(of: did))
    case "log":
      let entries = try await directory.log(of: did).activeEntries
      return json(.array(entries.map(\.operation.value)))
    case "log/audit":
      return json(try await directory.log(of: did).auditValue)
    case "log/last":
      guard let head = try await directory.log(of: did).head else {
        throw PLCDirectoryError(.notFound, "DID not registered: \(did)")
      }
      return json(head.operation.value)
    default:
      throw PLCDirectoryError(.notFound, "nothing is here")
    }
  }

  private func submit(_ request: Request, of did: DID) async throws -> Response {
    let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard length <= Self.maximumBodyBytes else {
      throw PLCDirectoryError(.contentTooLarge, "more than \(Self.maximumBodyBytes) bytes")
    }
    var body: [UInt8] = []
    for try await buffer in request.body {
      guard body.count + buffer.readableBytes <= Self.maximumBodyBytes else {
        throw PLCDirectoryError(.contentTooLarge, "more than \(Self.maximumBodyBytes) bytes")
      }
      body.append(contentsOf: buffer.readableBytesView)
    }
    try await directory.submit(PLCOperation(json: body), of: did)
    return response(.ok, "text/plain; charset=utf-8", Array("OK".utf8))
  }

  private func export(_ request: Request) async throws -> Response {
    let query = request.uri.queryParameters
    var count = 1000
    if let text = query["count"] {
      guard let number = Int(text), number >= 1 else {
        throw PLCDirectoryError(.badRequest, "Invalid count parameter")
      }
      count = min(number, 1000)
    }
    // Without `after`, "the response format defaults to the legacy format".
    var cursor = PLCExportCursor.time(nil)
    if let text = query["after"].map(String.init) {
      if let sequence = Int(text), sequence >= 0 {
        cursor = .sequence(sequence)
      } else if let time = try? Datetime(text) {
        cursor = .time(time)
      } else {
        throw PLCDirectoryError(.badRequest, "Invalid after parameter")
      }
    }
    let lines = try await directory.export(after: cursor, count: count)
    let texts = lines.map { $0.value(for: cursor).jsonString() }
    return response(.ok, "application/jsonlines", Array(texts.joined(separator: "\n").utf8))
  }

  private func did(_ segment: String) throws -> DID {
    // The colons may come percent-encoded, as the reference client sends them.
    let text = segment.replacing("%3A", with: ":").replacing("%3a", with: ":")
    guard let did = try? DID(text), did.method == "plc" else {
      throw PLCDirectoryError(.notFound, "DID not registered: \(segment.prefix(80))")
    }
    return did
  }

  private func refusal(of request: Request, _ error: any Error) -> Response {
    var status = HTTPResponse.Status.badRequest
    var reason = "\(error)"
    switch error {
    case let error as PLCDirectoryError: status = error.status
    case is PLCError: break
    default:
      logger.error("request", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      status = .internalServerError
      reason = "Internal Server Error"
    }
    let body = DataValue.object(["message": .string(reason)]).jsonBytes()
    return response(status, "application/json", body)
  }

  private func json(_ value: DataValue, _ type: String = "application/json") -> Response {
    response(.ok, type, value.jsonBytes())
  }

  private func response(
    _ status: HTTPResponse.Status,
    _ type: String,
    _ body: [UInt8]
  ) -> Response {
    Response(
      status: status,
      headers: [.contentType: type, .accessControlAllowOrigin: "*"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
    )
  }
}

extension PLCExportLine {
  /// "Each JSON line has the following fields": those of the cursor's format.
  func value(for cursor: PLCExportCursor) -> DataValue {
    switch cursor {
    case .time: return entry.exportValue(of: did, withNullified: true)
    case .sequence:
      var line = entry.exportValue(of: did, withNullified: false)
      line["seq"] = .integer(sequence)
      line["type"] = "sequenced_op"
      return line
    }
  }
}
