import ATProtoHTTP

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Asks name servers one question, by datagrams, and over TCP if the answer does not fit in one.
/// Blocks its thread until there is an answer, or until the deadline.
struct DNSExchange {
  enum Outcome: Sendable {
    case answered([TXTRecord])
    case failed(String)
    case silent
  }

  private struct Peer {
    let server: SystemTXTResolver.Server
    let socket: DNSSocket
    var hasFailed = false
  }

  /// The longest message: its length has two bytes over TCP.
  private static let maximumMessageLength = 65_535

  let query: DNSQuery
  let servers: [SystemTXTResolver.Server]
  let deadline: ContinuousClock.Instant

  /// Asks one server after the other, and all again after a second, until one of them answers. A
  /// server that failed is not asked again.
  func run() -> Outcome {
    var peers = servers.compactMap { server in
      DNSSocket(.datagrams, to: server).map { Peer(server: server, socket: $0) }
    }
    var failure = "no name server can be reached"
    var turn = 0
    var nextSend = ContinuousClock.now
    while ContinuousClock.now < deadline {
      guard peers.contains(where: { !$0.hasFailed }) else { return .failed(failure) }
      if nextSend <= .now {
        let index = turn % peers.count
        turn += 1
        if peers[index].hasFailed { continue }
        if peers[index].socket.send(query.message) {
          nextSend = .now + .seconds(turn <= peers.count ? 1 : 2)
        } else {
          peers[index].hasFailed = true
        }
        continue
      }
      let sockets = peers.filter { !$0.hasFailed }.map(\.socket)
      guard DNSSocket.wait(for: sockets, until: min(nextSend, deadline)) else { continue }
      for index in peers.indices where !peers[index].hasFailed {
        switch receive(from: peers[index]) {
        case .answered(let records)?: return .answered(records)
        case .failed(let reason)?:
          failure = reason
          peers[index].hasFailed = true
          nextSend = .now
        case .silent?: return .silent
        case nil: break
        }
      }
    }
    return .silent
  }

  /// Reads a datagram. Returns nil if there is none, or if it does not answer the question: anybody
  /// can send datagrams.
  private func receive(from peer: Peer) -> Outcome? {
    let message: [UInt8]
    switch peer.socket.receive(Self.maximumMessageLength) {
    case .bytes(let bytes): message = bytes
    case .nothing: return nil
    case .ended: return .failed("a name server cannot be reached")
    }
    do throws(DNSAnswer.Fault) {
      return .answered(try DNSAnswer(message, to: query).records)
    } catch {
      switch error {
      case .unrelated: return nil
      // "That response should be ignored, and the query resent" over TCP (RFC 2181, 9).
      case .truncated: return askOverTCP(peer.server)
      default: return .failed(Self.description(error))
      }
    }
  }

  private func askOverTCP(_ server: SystemTXTResolver.Server) -> Outcome {
    let message = query.message
    let framed = [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
    guard let socket = DNSSocket(.stream, to: server), socket.send(framed, until: deadline) else {
      return ended("a name server cannot be reached over TCP")
    }
    // "The message is prefixed with a two byte length field" (RFC 1035, 4.2.2).
    guard let head = socket.receive(exactly: 2, until: deadline),
      let answer = socket.receive(exactly: Int(head[0]) << 8 | Int(head[1]), until: deadline)
    else { return ended("a name server ended its answer early") }
    do throws(DNSAnswer.Fault) {
      return .answered(try DNSAnswer(answer, to: query).records)
    } catch {
      return .failed(Self.description(error))
    }
  }

  private func ended(_ reason: String) -> Outcome {
    ContinuousClock.now < deadline ? .failed(reason) : .silent
  }

  private static func description(_ fault: DNSAnswer.Fault) -> String {
    switch fault {
    case .refused(let code): "a name server answered \(code)"
    case .unrelated: "a name server answered another question"
    case .truncated, .malformed: "a name server sent a malformed answer"
    }
  }
}
