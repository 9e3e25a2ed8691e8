import ATProtoRepo
import ATProtoSyntax
import Templating
import XRPCServer

/// The values of the admin page, as text.
struct AdminView {
  private(set) var values: [String: any TemplateValue]

  private static let maximumDroppedEvents = 100

  init(_ actions: AdminActions) async throws {
    let hosts = try await actions.allHosts()
    let consumers = actions.consumers.entries
    let droppedEvents = actions.droppedEvents.recent(Self.maximumDroppedEvents)
    let bans = try await actions.hosts.bannedDomains()
    values = [
      "title": "Relay administration",
      "figures": [
        Self.figure("Hosts", "\(hosts.count)"),
        Self.figure("Connected", "\(hosts.count(where: \.isConnected))"),
        Self.figure("Events per second", Self.number(hosts.reduce(0) { $0 + $1.rate })),
        Self.figure("Consumers", "\(consumers.count)"),
        Self.figure("Public crawl requests", actions.hosts.isCrawlEnabled ? "on" : "off"),
      ],
      "hosts": hosts.map { host in
        Self.view(of: host, accounts: actions.counts.accountCount(of: host.row.id))
      },
      "noHosts": hosts.isEmpty ? ["No hosts have been added yet."] : [],
      "hostForms": Self.hostForms,
      "bans": bans.isEmpty
        ? []
        : [
          TemplateView([
            "title": "Banned domains",
            "domains": bans.map { TemplateView(["name": $0]) },
          ])
        ],
      "accountForms": Self.accountForms,
      "consumers": consumers.map(Self.view),
      "noConsumers": consumers.isEmpty ? ["No consumers are connected."] : [],
      "droppedEvents": droppedEvents.map(Self.view),
      "noDroppedEvents": droppedEvents.isEmpty
        ? ["No events have been dropped since the relay started."] : [],
    ]
  }

  private static func figure(_ name: String, _ value: String) -> TemplateView {
    TemplateView(["name": name, "value": value])
  }

  private static func view(of host: HostView, accounts: Int) -> TemplateView {
    TemplateView([
      "name": host.row.name.text,
      "isTrusted": host.isTrusted,
      "status": host.row.status.rawValue,
      "isConnected": host.isConnected,
      "isBlocked": host.row.status == .banned,
      "rate": number(host.rate),
      "lag": host.lag.map { number($0 / .seconds(1)) + " s" } ?? "–",
      "accounts": "\(accounts)",
      "limit": "\(host.accountLimit)",
      "waiting": "\(host.waiting)",
      "cursor": host.row.cursor.map { "\($0)" } ?? "–",
    ])
  }

  private static func view(of consumer: StreamEntry) -> TemplateView {
    TemplateView([
      "address": consumer.remoteAddress ?? "–",
      "agent": consumer.userAgent ?? "–",
      "path": consumer.path,
      "events": "\(consumer.eventsSent)",
      "since": consumer.connectedAt.string,
    ])
  }

  private static func view(of event: DroppedEvent) -> TemplateView {
    TemplateView([
      "time": TimeText.text(event.time),
      "host": event.host,
      "did": event.did,
      "kind": event.kind,
      "reason": event.reason.rawValue,
      "detail": event.detail,
    ])
  }

  /// With one digit after the point.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths) % 10)"
  }
}

extension AdminView {
  private static let hostForms = [
    form(.crawl, "Crawl a host", "Crawl", [("host", "Hostname", "text")]),
    form(
      .limit,
      "Change an account limit",
      "Change",
      [("host", "Hostname", "text"), ("limit", "Account limit", "number")]
    ),
    form(.ban, "Ban a domain and its hosts", "Ban", [("domain", "Domain", "text")]),
  ]

  private static let accountForms = [
    form(.takedown, "Take down an account", "Take down", [("did", "DID", "text")]),
    form(.untakedown, "Reverse a takedown", "Reverse", [("did", "DID", "text")]),
  ]

  private static func form(
    _ form: AdminForm,
    _ title: String,
    _ submit: String,
    _ fields: [(name: String, label: String, type: String)]
  ) -> TemplateView {
    TemplateView([
      "action": form.path,
      "title": title,
      "submit": submit,
      "fields": fields.map { field in
        TemplateView([
          "id": "\(form.rawValue)-\(field.name)",
          "name": field.name,
          "label": field.label,
          "type": field.type,
        ])
      },
    ])
  }
}
