import ATProtoCrypto
import ATProtoSyntax
import Foundation
import Labeler
import Logging
import SQLiteStorage
import ServiceKit
import XRPCAsyncHTTPClient

/// The data of a labeler with many labels: of each account one, and nine of its posts.
struct LabelSample {
  static let did: DID = "did:web:labeler.test"
  static let password = "benchmark"
  static let labelsOfAccount = 10
  /// Labels are signed by the same key in all processes.
  static let key = try! PrivateKey(
    curve: .k256,
    rawRepresentation: [UInt8](repeating: 0x11, count: 32)
  )
  private static let batch = 50_000
  /// A prime: neighbors in time are not neighbors in the index.
  private static let stride = 7_368_787
  private static let values = ["spam", "rude", "porn", "graphic-media", "misleading", "!hide"]

  let path: String
  private(set) var count = 0
  /// Signatures of other labels: what is measured does not depend on their values.
  private let signatures = (0..<1_000).map { number in
    LabelSample.key.sign(Array("\(number)".utf8))
  }

  init(folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    path = folder + "/labeler.sqlite"
  }

  /// `did:plc` of an account, evenly distributed.
  static func account(_ number: Int) -> String {
    let digest = SHA256.hash(Array("account \(number)".utf8)).bytes
    let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    let name = digest.prefix(24).map { letters[Int($0 & 31)] }
    return "did:plc:" + String(decoding: name, as: UTF8.self)
  }

  /// The subject of a label.
  static func subject(_ number: Int) -> String {
    let (account, index) = number.quotientAndRemainder(dividingBy: labelsOfAccount)
    let did = Self.account(account)
    guard index > 0 else { return did }
    let key = String(0x3_0000_0000_0000 + number, radix: 32)
    return "at://\(did)/app.bsky.feed.post/\(key)"
  }

  /// Adds labels until there are `total`.
  mutating func grow(to total: Int) async throws {
    let store = try SQLiteLabelerStore(path: path)
    defer { try? store.close() }
    let keys = try store.setUp { transaction in try SigningKeys(Self.key, in: transaction) }
    let start = Int(Datetime.Instant.now.seconds) * 1_000 - 1_000_000_000
    let (first, size) = (count, total - count)
    while count < total {
      let numbers = count..<min(count + Self.batch, total)
      let key = keys.current.id
      let signatures = signatures
      try await store.write { transaction throws in
        for index in numbers {
          let number = first + (index - first) * Self.stride % size
          try transaction.labels.replace(
            LabelRow(
              sequence: index + 1,
              uri: Self.subject(number),
              value: Self.values[number % Self.values.count],
              createdAt: start + index / 10,
              key: key,
              signature: signatures[number % signatures.count]
            )
          )
        }
      }
      count = numbers.upperBound
    }
  }

  static func server(_ path: String) throws -> (server: LabelerServer, storage: LabelerStorage) {
    var configuration = LabelerConfiguration(did: did, signingKey: key, isDevelopment: true)
    configuration.databasePath = path
    configuration.adminPasswords = [password]
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    let storage = try LabelerStorage.sqlite(configuration)
    let network = LabelerNetwork(
      guarded: AsyncHTTPClientTransport.shared,
      trusted: AsyncHTTPClientTransport.shared,
      directory: LabelDirectory()
    )
    let server = try LabelerServer(
      configuration,
      storage: storage,
      logger: logger,
      network: network
    )
    return (server, storage)
  }
}
