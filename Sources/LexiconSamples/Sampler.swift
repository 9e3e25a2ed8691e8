import ATProtoData
import Lexicon

/// The state of one generator.
struct Sampler: Sendable {
  /// Values in the largest sample, also where the schema demands more: a few definitions that each
  /// require the next one twice demand more than any memory holds.
  static let largest = 20_000

  let catalog: Catalog
  let heights: SchemaHeights
  var limits: SampleLimits
  var makesForeignCIDs = false
  var random: SeededGenerator
  /// Values that the current sample may still have; below one, it is kept small.
  var budget = 0
  /// Variants that the current call may still give.
  var remaining = 0

  init(catalog: Catalog, seed: UInt64, limits: SampleLimits) {
    self.catalog = catalog
    self.limits = limits
    heights = SchemaHeights(catalog)
    random = SeededGenerator(seed: seed)
  }

  mutating func sample(
    _ subject: SampleSubject,
    values: Int
  ) throws(SampleError) -> DataValue {
    let root = try catalog.subject(subject)
    budget = values
    guard let value = value(of: root, room: room(for: root)) else { throw unsatisfiable(subject) }
    return value
  }

  mutating func variants(
    _ subject: SampleSubject,
    _ goal: Goal
  ) throws(SampleError) -> [Variant] {
    let root = try catalog.subject(subject)
    remaining = limits.samples
    // What has no small value has no variants of it either.
    guard small(root) != nil else { throw unsatisfiable(subject) }
    return variants(of: root, goal, references: limits.references)
  }

  private func unsatisfiable(_ subject: SampleSubject) -> SampleError {
    SampleError(
      code: .unsatisfiable,
      reason: "no value within the limits satisfies '\(subject)'"
    )
  }

  /// The levels that a value may have: as many as it needs at least.
  private func room(for subject: SubjectSchema) -> Int {
    max(limits.depth, heights.height(of: subject.schema) ?? 0)
  }

  /// A value with nothing that can be left out.
  mutating func small(_ subject: SubjectSchema) -> DataValue? {
    budget = 0
    return value(of: subject, room: room(for: subject))
  }

  mutating func small(_ schema: Schema) -> DataValue? {
    small(SubjectSchema(schema))
  }
}
