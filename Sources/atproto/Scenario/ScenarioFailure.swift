/// Why the scenario ended early: the step, and what it found instead of what it expected.
struct ScenarioFailure: Error, CustomStringConvertible {
  var step: String
  var reason: String

  var description: String { "\(step): \(reason)" }
}
