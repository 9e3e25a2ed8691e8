import ArgumentParser
import Foundation

/// How often to measure, and how to print the results.
struct ContestOptions: ParsableArguments {
  @Option(help: "Number of measured passes; the median is reported.")
  var rounds = 5

  @Option(help: "Run only benchmarks whose name contains this string.")
  var only: String?

  @Flag(help: "Print one JSON object per line.")
  var json = false
}

/// Runs benchmarks in turn, A B C A B C …, so that other load on the machine affects all of them
/// alike.
struct Contest {
  let options: ContestOptions

  /// Returns items per CPU-second by the name of the benchmark.
  @discardableResult
  func run(_ works: [Work]) throws -> [String: Double] {
    let works = works.filter { work in options.only.map { work.name.contains($0) } ?? true }
    var seconds = works.map { _ in [Double]() }
    // The first round warms caches and is discarded.
    for round in 0...options.rounds {
      for (index, work) in works.enumerated() {
        let start = CPUClock.now
        let witness = try work.pass()
        let elapsed = CPUClock.now - start
        precondition(witness != Int.min, "the result of a pass depends on its work")
        if round > 0 { seconds[index].append(elapsed) }
      }
    }
    var rates: [String: Double] = [:]
    for (work, seconds) in zip(works, seconds) {
      let median = seconds.sorted()[seconds.count / 2]
      rates[work.name] = Double(work.items) / median
      report(work, median)
    }
    return rates
  }

  private func report(_ work: Work, _ seconds: Double) {
    let rate = Double(work.items) / seconds
    let megabytes = work.bytes.map { Double($0) / seconds / 1e6 }
    if options.json {
      print(
        #"{"work":"\#(work.name)","per_cpu_second":\#(Int(rate)),"items":\#(work.items),"#
          + #""cpu_seconds":\#(seconds)}"#
      )
    } else {
      let name = work.name.padding(toLength: max(46, work.name.count), withPad: " ", startingAt: 0)
      let volume = megabytes.map { String(format: "%9.1f MB/s", $0) } ?? ""
      print(name + String(format: "%14.0f /s", rate) + volume)
    }
    fflush(nil)
  }
}
