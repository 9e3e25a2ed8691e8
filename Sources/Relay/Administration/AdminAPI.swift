import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import ServiceKit
import XRPCServer

/// The admin API of the reference implementation, at `/admin/`, so that its tools work unchanged.
struct AdminAPI: Sendable {
  let actions: AdminActions
  let siblings: SiblingRelays

  /// The effect of a request, apart from its response.
  private enum Effect {
    /// Changes nothing, or only something that concerns this relay alone.
    case own
    /// Is repeated at sibling relays.
    case forwarded
  }

  private typealias Handler = @Sendable (AdminRequest) async throws -> DataValue

  private struct Route {
    var method: HTTPRequest.Method
    var effect = Effect.own
    var handler: Handler
  }

  /// The paths of the API, for metrics.
  static let paths = [
    "/admin/subs/getUpstreamConns", "/admin/subs/getEnabled", "/admin/subs/setEnabled",
    "/admin/subs/perDayLimit", "/admin/subs/setPerDayLimit", "/admin/subs/killUpstream",
    "/admin/subs/listDomainBans", "/admin/subs/banDomain", "/admin/subs/unbanDomain",
    "/admin/repo/takeDown", "/admin/repo/reverseTakedown", "/admin/repo/takedowns",
    "/admin/pds/list", "/admin/pds/requestCrawl", "/admin/pds/changeLimits", "/admin/pds/block",
    "/admin/pds/unblock", "/admin/consumers/list",
  ]

  /// Answers a request of the administrator. Throws `XRPCServerError`.
  func response(to request: AdminRequest) async throws -> Response {
    let path = String((request.head.path ?? "").prefix { $0 != "?" })
    guard let route = route(path) else {
      throw XRPCServerError.notFound("\(path.prefix(100)) is not a path of the admin API")
    }
    guard request.head.method == route.method else {
      throw XRPCServerError.methodNotAllowed(
        "\(path) requires \(route.method.rawValue)",
        allowed: route.method.rawValue
      )
    }
    let answer = try await route.handler(request)
    if route.effect == .forwarded { siblings.forward(request.forwarded) }
    return .json(answer)
  }

  private func route(_ path: String) -> Route? {
    switch path {
    case "/admin/subs/getUpstreamConns":
      Route(method: .get) { _ in
        .array(actions.hosts.connected.map { .string($0.text) })
      }
    case "/admin/subs/getEnabled":
      Route(method: .get) { _ in ["enabled": .boolean(actions.hosts.isCrawlEnabled)] }
    case "/admin/subs/setEnabled":
      change { request in
        actions.hosts.isCrawlEnabled = try SettingValue.flag(of: request, "enabled")
      }
    case "/admin/subs/perDayLimit":
      Route(method: .get) { _ in ["limit": .integer(actions.hosts.newHostsPerDay)] }
    case "/admin/subs/setPerDayLimit":
      change(.own) { request in
        guard let limit = Int(try request.parameter("limit")), limit >= 0 else {
          throw XRPCServerError.invalidRequest("limit is not a valid number")
        }
        actions.hosts.newHostsPerDay = limit
      }
    case "/admin/subs/killUpstream":
      change { request in
        try await actions.disconnect(
          request.parameter("host"),
          blocks: request.optionalParameter("block")?.lowercased() == "true"
        )
      }
    case "/admin/subs/listDomainBans":
      Route(method: .get) { _ in
        let domains = try await actions.hosts.bannedDomains()
        return ["banned_domains": .array(domains.map { .string($0) })]
      }
    case "/admin/subs/banDomain":
      change { request in try await actions.ban(request.text("domain")) }
    case "/admin/subs/unbanDomain":
      change { request in try await actions.unban(request.text("domain")) }
    case "/admin/repo/takeDown":
      change { request in try await actions.setTakenDown(true, request.did("did")) }
    case "/admin/repo/reverseTakedown":
      change { request in try await actions.setTakenDown(false, request.did("did")) }
    case "/admin/repo/takedowns": Route(method: .get, handler: takedowns)
    case "/admin/pds/list": Route(method: .get, handler: listHosts)
    case "/admin/pds/requestCrawl":
      change { request in try await actions.crawl(request.text("hostname")) }
    case "/admin/pds/changeLimits": change(.forwarded, changeLimits)
    case "/admin/pds/block":
      change { request in try await actions.block(request.parameter("host")) }
    case "/admin/pds/unblock":
      change { request in try await actions.unblock(request.parameter("host")) }
    case "/admin/consumers/list":
      Route(method: .get) { _ in .array(actions.consumers.entries.map(\.adminValue)) }
    default: nil
    }
  }

  private func change(
    _ effect: Effect = .forwarded,
    _ body: @escaping @Sendable (AdminRequest) async throws -> Void
  ) -> Route {
    Route(method: .post, effect: effect) { request in
      try await body(request)
      // The reference implementation answers with a string.
      return ["success": "true"]
    }
  }

  private func takedowns(_ request: AdminRequest) async throws -> DataValue {
    let after = try request.optionalParameter("cursor").map(AccountID.init(cursor:))
    let size = request.optionalParameter("size").flatMap { Int($0) } ?? 500
    let (dids, next) = try await actions.accounts.takedowns(
      after: after,
      limit: min(max(size, 1), 1000)
    )
    var page: DataObject = ["dids": .array(dids.map { .string($0.string) })]
    // `goat` requires a string, and ends if the field is missing.
    page["cursor"] = next.map { .string("\($0.rawValue)") }
    return .object(page)
  }

  private func listHosts(_ request: AdminRequest) async throws -> DataValue {
    .array(
      try await actions.allHosts().map { host in
        host.adminValue(accountCount: actions.counts.accountCount(of: host.row.id))
      }
    )
  }

  private func changeLimits(_ request: AdminRequest) async throws {
    let host = try request.text("host")
    if let limit = try request.field("repo_limit"), limit != .null {
      guard let limit = limit.integer, limit >= 0 else {
        throw XRPCServerError.invalidRequest("repo_limit is not a valid number")
      }
      try await actions.setAccountLimit(limit, of: host)
    }
    if let silenced = try request.field("account_limit_alerts_silenced"), silenced != .null {
      guard let silenced = silenced.boolean else {
        throw XRPCServerError.invalidRequest("account_limit_alerts_silenced is not a boolean")
      }
      try await actions.silenceAlerts(silenced, of: host)
    }
  }
}

extension SettingValue {
  /// A boolean parameter of a request.
  fileprivate static func flag(
    of request: AdminRequest,
    _ name: String
  ) throws(XRPCServerError) -> Bool {
    let text = try request.parameter(name)
    do {
      return try flag(text)
    } catch {
      throw .invalidRequest("\(name): \(error.reason)")
    }
  }
}
