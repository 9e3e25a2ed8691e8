import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import Relay

@Suite struct LaneInboxTests {
  func event(_ host: UInt32, _ number: Int) throws -> UpstreamEvent {
    let message = AccountMessage(did: "did:plc:a", isActive: true, status: nil)
    let host = TestHost(host, "host\(host).example.com")
    return UpstreamEvent(
      event: try FirehoseEvent(frame: SimulatedFrame.event(.account(message), sequence: number)),
      host: host.id,
      hostName: HostName(checked: host.name, usesTLS: true),
      ticket: EventTicket(host: host.id, sequence: number) { _ in }
    )
  }

  func taken(_ inbox: inout LaneInbox, _ maximum: Int) -> [String] {
    inbox.take(maximum).events.map { "\($0.host.rawValue):\($0.event.sequence!)" }
  }

  @Test func hostsTakeTurnsAndEachKeepsItsOrder() throws {
    var inbox = LaneInbox()
    for number in 1...5 { inbox.append(try event(1, number)) }
    for number in 1...2 { inbox.append(try event(2, number)) }
    inbox.append(try event(3, 1))
    #expect(taken(&inbox, 4) == ["1:1", "2:1", "3:1", "1:2"])
    inbox.append(try event(3, 2))
    #expect(taken(&inbox, 10) == ["2:2", "1:3", "3:2", "1:4", "1:5"])
    #expect(inbox.isEmpty)
  }

  @Test func everyEventIsTakenOnce() throws {
    var inbox = LaneInbox()
    var sent: [UInt32: Int] = [:]
    var seen: [UInt32: Int] = [:]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        let host = UInt32.random(in: 1...8, using: &random)
        sent[host, default: 0] += 1
        inbox.append(try event(host, sent[host]!))
      }
      for event in inbox.take(Int.random(in: 0...50, using: &random)).events {
        #expect(event.event.sequence == seen[event.host.rawValue, default: 0] + 1)
        seen[event.host.rawValue, default: 0] += 1
      }
    }
    for event in inbox.take(.max).events {
      #expect(event.event.sequence == seen[event.host.rawValue, default: 0] + 1)
      seen[event.host.rawValue, default: 0] += 1
    }
    #expect(seen == sent)
    #expect(inbox.isEmpty)
  }

  @Test func wakeUpsComeInOrderOfTime() throws {
    var wakeUps = WakeUps()
    let times = (0..<200).map { _ in SyncTime.random(in: 1...100) }
    for (number, time) in times.enumerated() {
      wakeUps.insert(try DID("did:example:\(number)"), at: time)
    }
    for time in times.sorted() {
      #expect(wakeUps.earliest == time)
      #expect(wakeUps.next(at: time - 1) == nil)
      #expect(wakeUps.next(at: time) != nil)
    }
    #expect(wakeUps.next(at: .max) == nil)
  }
}
