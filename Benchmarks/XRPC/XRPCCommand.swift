import ArgumentParser
import Foundation
import XRPCServer

/// A typed, validated JSON query, compared with bare Hummingbird with `Codable` by the servers' CPU
/// time.
struct XRPCCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xrpc",
    abstract: "Compare the server CPU of a JSON query with bare Hummingbird and Codable."
  )

  @Option(help: "Number of passes over each server, in turn; the median is reported.")
  var rounds = 7

  @Option(help: "Number of requests per pass.")
  var requests = 8_000

  @Option(help: "Number of persistent connections.")
  var connections = 8

  func run() async throws {
    let typed = try PageServer(.xrpc, connections: connections)
    let bare = try PageServer(.bare, connections: connections)
    let path = ListRecordsSample.path
    let bodies = try [typed, bare].map {
      try JSONSerialization.jsonObject(with: Data($0.body(path)))
    }
    guard (bodies[0] as? NSDictionary) == (bodies[1] as? NSDictionary) else {
      throw ValidationError("the servers return different responses")
    }
    print("body: \(try typed.body(path).count) bytes")
    var costs: [[Double]] = [[], []]
    // The first round warms up and is discarded.
    for round in 0...rounds {
      for (index, server) in [typed, bare].enumerated() {
        let before = try server.usedTime()
        let bytes = try server.load(path, rounds: requests / connections)
        precondition(bytes > 0, "the result of a pass depends on its work")
        let cost = (try server.usedTime() - before) / Double(requests) * 1e6
        if round > 0 { costs[index].append(cost) }
      }
    }
    let medians = costs.map { $0.sorted()[$0.count / 2] }
    print(String(format: "XRPCServer        %8.1f µs of CPU per request", medians[0]))
    print(String(format: "bare Hummingbird  %8.1f µs of CPU per request", medians[1]))
    let ratios = zip(costs[0], costs[1]).map { $0 / $1 }.sorted()
    print(
      String(
        format: "ratio             %8.2f (%.2f to %.2f)",
        medians[0] / medians[1],
        ratios.first ?? 0,
        ratios.last ?? 0
      )
    )
  }
}
