import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import Foundation
import NIOCore
import NIOPosix
import RelayTestSupport
import Synchronization
import XRPCWebSocket

/// Hosts and a PLC directory on one thread, in a child process. It tells the port of the directory,
/// which also takes orders:
///
///     GET /hosts                      the ports of the hosts
///     GET /release?to=3&rate=2000     send events of the first three rounds; 0: at any rate
///     GET /state                      {"connections":50,"sent":100000}
struct RelayHostsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relay-hosts",
    shouldDisplay: false
  )

  @Argument var folder: String
  @Argument var hosts: Int
  @Argument var accounts: Int
  @Argument var rounds: Int

  @Flag(help: "Send an account event of each account instead.")
  var touch = false

  func run() async throws {
    ServingProcess.endWithParent()
    DescriptorLimit.raise(to: 2 * hosts + 500)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let sample = RelaySample(folder: folder, hosts: hosts, accounts: accounts, rounds: rounds)
    let events: any HostEvents =
      touch ? AccountEvents(count: accounts) : try SignedEvents(sample)
    let feeds = try await Self.feeds(hosts, events, group)
    let release = Release(feeds, perRound: touch ? accounts : sample.accountsPerHost)
    let documents = try touch ? [:] : Self.documents(sample, feeds)
    let server = try await SimulatedServer(on: group) { request in
      await Self.answer(request, documents, feeds, release)
    }
    ServingProcess.tell(server.port)
    // Until the parent exits.
    try await Task.sleep(for: .seconds(1_000_000))
  }

  private static func feeds(
    _ count: Int,
    _ events: any HostEvents,
    _ group: any EventLoopGroup
  ) async throws -> [HostFeed] {
    var feeds: [HostFeed] = []
    for host in 0..<count { feeds.append(try await HostFeed(host, events, group)) }
    return feeds
  }

  private static func documents(
    _ sample: RelaySample,
    _ feeds: [HostFeed]
  ) throws -> [String: (key: String, port: Int)] {
    let lines = try String(contentsOfFile: sample.accountsFile, encoding: .utf8)
      .split(separator: "\n")
    var documents: [String: (key: String, port: Int)] = [:]
    documents.reserveCapacity(lines.count)
    for (account, line) in lines.enumerated() {
      let parts = line.split(separator: " ")
      documents[String(parts[0])] = (String(parts[1]), feeds[account % sample.hosts].port)
    }
    return documents
  }

  private static func answer(
    _ request: SimulatedRequest,
    _ documents: [String: (key: String, port: Int)],
    _ feeds: [HostFeed],
    _ release: Release
  ) async -> SimulatedReply {
    switch request.path {
    case "/hosts": return .json("[\(feeds.map { "\($0.port)" }.joined(separator: ","))]")
    case "/state":
      let connections = feeds.count { $0.isConnected }
      let sent = feeds.reduce(0) { $0 + $1.sent }
      return .json(#"{"connections":\#(connections),"sent":\#(sent)}"#)
    case "/release":
      await release.start(
        rounds: request.query["to"].flatMap { Int($0) } ?? 0,
        rate: request.query["rate"].flatMap { Double($0) } ?? 0
      )
      return .json("{}")
    default:
      let did = String(request.path.dropFirst())
        .replacing("%3A", with: ":").replacing("%3a", with: ":")
      guard let (key, port) = documents[did] else { return .json("{}", status: 404) }
      return .json(
        """
        {"id":"\(did)","alsoKnownAs":["at://a.example.com"],"verificationMethod":[{"id":\
        "\(did)#atproto","type":"Multikey","controller":"\(did)","publicKeyMultibase":"\(key)"}],\
        "service":[{"id":"#atproto_pds","type":"AtprotoPersonalDataServer","serviceEndpoint":\
        "http://localhost:\(port)"}]}
        """
      )
    }
  }
}

/// The events of all hosts, as WebSocket frames.
protocol HostEvents: Sendable {
  /// Appends the event of a host at a position, from 0.
  func append(_ position: Int, of host: Int, time: [UInt8], to buffer: inout ByteBuffer)
}

/// The commits of a sample.
struct SignedEvents: HostEvents {
  private let sample: RelaySample
  private let frames: Data
  private let entries: [RelaySample.Entry]

  init(_ sample: RelaySample) throws {
    self.sample = sample
    frames = try Data(contentsOf: URL(filePath: sample.framesFile), options: .alwaysMapped)
    entries = try Data(contentsOf: URL(filePath: sample.indexFile)).withUnsafeBytes {
      Array($0.bindMemory(to: RelaySample.Entry.self))
    }
  }

  func append(_ position: Int, of host: Int, time: [UInt8], to buffer: inout ByteBuffer) {
    let (round, number) = position.quotientAndRemainder(dividingBy: sample.accountsPerHost)
    let entry = entries[sample.position(round, number * sample.hosts + host)]
    let start = buffer.writerIndex
    let offset = Int(entry.offset)
    _ = frames.withUnsafeBytes { bytes in
      buffer.writeBytes(
        UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(entry.length)])
      )
    }
    buffer.setBytes(time, at: start + Int(entry.time))
  }
}

/// An account event of each account of one host.
struct AccountEvents: HostEvents {
  let count: Int

  func append(_ position: Int, of host: Int, time: [UInt8], to buffer: inout ByteBuffer) {
    let frame = SimulatedFrame.event(
      .account(
        AccountMessage(did: Self.did(position).string, isActive: true, status: nil)
      ),
      sequence: position + 1,
      time: String(decoding: time, as: UTF8.self)
    )
    buffer.writeImmutableBuffer(ServerFrame.binary(frame))
  }

  /// The account with a number.
  static func did(_ number: Int) -> DID {
    var state = UInt64(number) &* 0x9e37_79b9_7f4a_7c15 &+ 1
    let bytes = (0..<15).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    guard let did = try? DID("did:plc:\(Base32.encode(bytes))") else {
      preconditionFailure("not a DID")
    }
    return did
  }
}
