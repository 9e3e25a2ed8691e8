import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import Foundation
import NIOCore
import RelayTestSupport
import Synchronization
import XRPCWebSocket

/// Commits of many accounts in files, signed before they are needed: signing would take the time of
/// the relay.
///
/// Each account has one commit in each round. Accounts take turns among hosts, and
/// one key in fifty is on P-256, more than on the network.
struct RelaySample: Sendable {
  /// Where a frame is.
  struct Entry {
    var offset: UInt64
    var length: UInt32
    /// The position of the event's time within the frame.
    var time: UInt32
  }

  /// The time in all frames, which is replaced when they are sent.
  static let time = "2026-11-30T09:00:00.000000Z"
  private static let chunk = 500

  let folder: String
  let hosts: Int
  let accounts: Int
  let rounds: Int

  var accountsPerHost: Int { accounts / hosts }

  /// - Parameter accounts: rounded up, so that all hosts have as many.
  init(folder: String, hosts: Int, accounts: Int, rounds: Int) {
    self.folder = folder
    self.hosts = hosts
    self.accounts = (accounts + hosts - 1) / hosts * hosts
    self.rounds = rounds
  }

  var framesFile: String { folder + "/frames.bin" }
  var indexFile: String { folder + "/index.bin" }
  var accountsFile: String { folder + "/accounts.txt" }

  /// The place of an account's entry for a round.
  func position(_ round: Int, _ account: Int) -> Int { round * accounts + account }

  /// The host's number of an account's event.
  func sequence(_ round: Int, _ account: Int) -> Int {
    round * accountsPerHost + account / hosts + 1
  }

  /// Signs all commits.
  ///
  /// - Parameter recordBytes: the sizes of records; small ones are more frequent.
  func generate(recordBytes: ClosedRange<Int>) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for file in [framesFile, indexFile, accountsFile] {
      guard FileManager.default.createFile(atPath: file, contents: nil) else {
        throw ValidationError("cannot write \(file)")
      }
    }
    guard let output = FileHandle(forWritingAtPath: framesFile) else {
      throw ValidationError("cannot write \(framesFile)")
    }
    struct State {
      var offset: UInt64 = 0
      var entries: [Entry]
      var accounts: [String]
    }
    let state = Mutex(
      State(
        entries: Array(
          repeating: Entry(offset: 0, length: 0, time: 0),
          count: rounds * accounts
        ),
        accounts: Array(repeating: "", count: accounts)
      )
    )
    let chunks = (accounts + Self.chunk - 1) / Self.chunk
    DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
      let range = chunk * Self.chunk..<min((chunk + 1) * Self.chunk, accounts)
      var bytes: [UInt8] = []
      var entries: [(Int, Entry)] = []
      var names: [String] = []
      for account in range {
        let simulated = SimulatedAccount(
          pds: "http://localhost:1",
          curve: account.isMultiple(of: 50) ? .p256 : .k256,
          writes: Self.writes(0, recordBytes)
        )
        names.append("\(simulated.did.string) \(simulated.key.publicKey.multikey)")
        for round in 0..<rounds {
          let message =
            round == 0
            ? simulated.message : simulated.nextMessage(Self.writes(round, recordBytes))
          let frame = frame(.commit(message), sequence(round, account))
          entries.append(
            (
              position(round, account),
              Entry(
                offset: UInt64(bytes.count),
                length: UInt32(frame.bytes.count),
                time: UInt32(frame.time)
              )
            )
          )
          bytes += frame.bytes
        }
      }
      let (content, ready, texts) = (bytes, entries, names)
      state.withLock { state in
        output.write(Data(content))
        for (position, entry) in ready {
          state.entries[position] = entry
          state.entries[position].offset += state.offset
        }
        state.offset += UInt64(content.count)
        for (account, text) in zip(range, texts) { state.accounts[account] = text }
      }
    }
    try output.close()
    let (entries, names) = state.withLock { ($0.entries, $0.accounts) }
    try entries.withUnsafeBytes { Data($0) }.write(to: URL(filePath: indexFile))
    try Data(names.joined(separator: "\n").utf8).write(to: URL(filePath: accountsFile))
  }

  private func frame(
    _ content: FirehoseEvent.Content,
    _ sequence: Int
  ) -> (bytes: [UInt8], time: Int) {
    let frame = SimulatedFrame.event(content, sequence: sequence, time: Self.time)
    let bytes = Array(buffer: ServerFrame.binary(frame))
    let range = bytes.firstRange(of: Array(Self.time.utf8))
    return (bytes, range?.lowerBound ?? 0)
  }

  /// One to three new records.
  private static func writes(_ round: Int, _ sizes: ClosedRange<Int>) -> [RecordWrite] {
    (0..<Int.random(in: 1...3)).map { number in
      let part = Double.random(in: 0...1)
      let size = sizes.lowerBound + Int(Double(sizes.count - 1) * part * part * part)
      let collection = number == 2 ? "app.bsky.graph.follow" : "app.bsky.feed.post"
      return .create(
        SimulatedAccount.path(collection, round * 3 + number),
        record: record(collection, size)
      )
    }
  }

  /// Letters to take texts from: one random number for each letter would take most of the time.
  private static let text: [UInt8] = {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz     ".utf8)
    return (0..<16_384).map { _ in alphabet.randomElement() ?? 32 }
  }()

  /// A record of about this size.
  static func record(_ collection: String, _ size: Int) -> [UInt8] {
    let start = Int.random(in: 0..<text.count / 2)
    let part = text[start..<start + min(max(1, size - 80), text.count / 2)]
    return SimulatedFrame.record([
      "$type": .string(collection), "text": .string(String(decoding: part, as: UTF8.self)),
      "createdAt": "2026-11-30T09:00:00.000Z",
    ])
  }
}
