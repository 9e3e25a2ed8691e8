import Foundation

/// Calls to a server, in one run or several, and what they cost.
struct Load: CustomStringConvertible {
  let name: String
  private(set) var calls = 0
  private var seconds = 0.0
  private var usedTime = 0.0
  private var latencies: [Double] = []

  init(name: String) {
    self.name = name
  }

  mutating func run(
    _ server: ServingProcess,
    connections: Int,
    seconds: Double,
    rate: Double? = nil,
    _ request: @escaping @Sendable (Int, Int) -> String
  ) throws {
    let generator = LoadGenerator(
      port: server.port,
      connections: connections,
      seconds: seconds,
      rate: rate
    )
    let used = server.usedTime
    let report = try generator.run(request)
    usedTime += server.usedTime - used
    calls += report.calls
    self.seconds += report.seconds
    latencies += report.latencies
  }

  /// The server's CPU time of a call, in seconds.
  var cost: Double { usedTime / Double(calls) }

  var description: String {
    let report = LoadGenerator.Report(
      calls: calls,
      seconds: seconds,
      latencies: latencies.sorted()
    )
    return String(
      format: "%@: %.0f/s, p50 %.1f ms, p99 %.1f ms, longest %.0f ms; %.0f µs of CPU per call",
      name,
      report.rate,
      report.percentile(50) * 1e3,
      report.percentile(99) * 1e3,
      (report.latencies.last ?? 0) * 1e3,
      cost * 1e6
    )
  }
}
