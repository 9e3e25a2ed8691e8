package import ATProtoRepo
import ATProtoSyntax

/// An event of a host, with its place in the host's window.
package struct UpstreamEvent: Sendable {
  /// A numbered event.
  package let event: FirehoseEvent
  package let host: HostID
  package let hostName: HostName
  package let ticket: EventTicket

  package init(event: FirehoseEvent, host: HostID, hostName: HostName, ticket: EventTicket) {
    self.event = event
    self.host = host
    self.hostName = hostName
    self.ticket = ticket
  }

  /// "`time` (string with datetime syntax, required)" (Sync specification, "Repository Event
  /// Stream").
  var hasValidTime: Bool { (try? Datetime(event.time)) != nil }
}
