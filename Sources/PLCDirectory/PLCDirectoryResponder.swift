import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import CoreMetrics
import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
import XRPCServer

/// The HTTP API of a PLC directory:
///
///     GET  /_health          GET  /export?count=&after=
///     GET  /:did             GET  /:did/data
///     GET  /:did/log         GET  /:did/log/audit         GET  /:did/log/last
///     POST /:did
public struct PLCDirectoryResponder: HTTPResponder {
  /// Requests do not need state of their own.
  public typealias Context = BasicRequestContext

  /// Several times the size of the largest operation in JSON.
  private static let maximumBodyBytes = 64 << 10

  private let directory: PLCOperationDirectory
  private let health: HealthReport
  private let metrics: ServerMetrics
  private let logger: Logger

  /// - Parameter metrics: creates the metrics; nil for the factory of `MetricsSystem`.
  init(
    _ directory: PLCOperationDirectory,
    version: String,
    metrics: (any MetricsFactory)?,
    logger: Logger
  ) {
    self.directory = directory
    self.logger = logger
    health = HealthReport(version: version) { try await directory.checkStore() }
    self.metrics = ServerMetrics(
      prefix: "plc",
      Route.allCases.map(\.rawValue),
      metrics ?? MetricsSystem.factory
    )
  }

  /// Errors become JSON with a `message`, as on plc.directory; unexpected ones are logged.
  public func respond(
    to request: Request,
    context: BasicRequestContext
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.begin()
    let path = request.uri.path.split(separator: "/").map(String.init)
    let route = Route(request.method, path)
    let response: Response
    do {
      response = try await answer(route, path.first ?? "", request)
    } catch {
      response = failure(of: request, error)
    }
    metrics.end(route?.rawValue ?? "other", response.status, .now - start)
    return response
  }

  /// The routes, and their names in metrics.
  private enum Route: String, CaseIterable {
    case health = "GET /_health"
    case export = "GET /export"
    case document = "GET /:did"
    case data = "GET /:did/data"
    case log = "GET /:did/log"
    case auditLog = "GET /:did/log/audit"
    case lastOperation = "GET /:did/log/last"
    case submit = "POST /:did"

    /// Returns nil if the path or its method is unknown.
    init?(_ method: HTTPRequest.Method, _ path: [String]) {
      switch (method, path.first, path.dropFirst().joined(separator: "/")) {
      case (.get, "_health", ""): self = .health
      case (.get, "export", ""): self = .export
      case (.get, .some, ""): self = .document
      case (.get, .some, "data"): self = .data
      case (.get, .some, "log"): self = .log
      case (.get, .some, "log/audit"): self = .auditLog
      case (.get, .some, "log/last"): self = .lastOperation
      case (.post, .some, ""): self = .submit
      default: return nil
      }
    }
  }

  private func answer(
    _ route: Route?,
    _ subject: String,
    _ request: Request
  ) async throws -> Response {
    switch route {
    case .health: return await healthResponse(to: request)
    case .export: return try await export(request)
    case .document:
      let did = try did(subject)
      let document = try await directory.data(of: did).document(of: did)
      return json(document, "application/did+ld+json; charset=utf-8")
    case .data:
      let did = try did(subject)
      return json(try await directory.data(of: did).value(of: did))
    case .log:
      let entries = try await directory.log(of: did(subject)).activeEntries
      return json(.array(entries.map(\.operation.value)))
    case .auditLog: return json(try await directory.log(of: did(subject)).auditValue)
    case .lastOperation:
      let did = try did(subject)
      guard let head = try await directory.log(of: did).head else {
        throw PLCDirectoryError(.notFound, "DID not registered: \(did)")
      }
      return json(head.operation.value)
    case .submit: return try await submit(request, of: did(subject))
    case nil: throw PLCDirectoryError(.notFound, "path not found")
    }
  }

  private func healthResponse(to request: Request) async -> Response {
    let (status, body, error) = await health.report()
    if let error { log(error, request) }
    return response(status, "application/json", body.jsonBytes())
  }

  private func submit(_ request: Request, of did: DID) async throws -> Response {
    let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard length <= Self.maximumBodyBytes else { throw Self.tooLarge }
    var body: [UInt8] = []
    for try await buffer in request.body {
      guard body.count + buffer.readableBytes <= Self.maximumBodyBytes else { throw Self.tooLarge }
      body.append(contentsOf: buffer.readableBytesView)
    }
    try await directory.submit(PLCOperation(json: body), of: did)
    return response(.ok, "text/plain; charset=utf-8", Array("OK".utf8))
  }

  private static let tooLarge = PLCDirectoryError(
    .contentTooLarge,
    "the body exceeds \(maximumBodyBytes) bytes"
  )

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
    // The reference client percent-encodes the colons.
    let text = segment.replacing("%3A", with: ":").replacing("%3a", with: ":")
    guard let did = try? DID(text), did.method == "plc" else {
      throw PLCDirectoryError(.notFound, "DID not registered: \(segment.prefix(80))")
    }
    return did
  }

  private func failure(of request: Request, _ error: any Error) -> Response {
    var status = HTTPResponse.Status.badRequest
    var reason = "\(error)"
    switch error {
    case let error as PLCDirectoryError: status = error.status
    case is PLCError: break
    default:
      log(error, request)
      status = .internalServerError
      reason = "Internal Server Error"
    }
    let body = DataValue.object(["message": .string(reason)]).jsonBytes()
    return response(status, "application/json", body)
  }

  private func log(_ error: any Error, _ request: Request) {
    logger.error("request", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
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
