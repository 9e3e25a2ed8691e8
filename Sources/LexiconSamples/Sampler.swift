import ATProtoData
import Lexicon

/// The state of one generator.
struct Sampler: Sendable {
  /// The maximum number of values in a sample, even if the schema requires more: a few definitions
  /// that each require the next one twice exceed any memory.
  static let largest = 20_000

  let catalog: Catalog
  let heights: SchemaHeights
  var limits: SampleLimits
  var makesForeignCIDs = false
  var random: SeededGenerator
  /// The remaining number of values in the current sample; below one, the sample is kept small.
  var budget = 0
  /// The remaining number of variants in the current call.
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
    // A subject without a small value has no variants.
    guard small(root) != nil else { throw unsatisfiable(subject) }
    return variants(of: root, goal, references: limits.references)
  }

  private func unsatisfiable(_ subject: SampleSubject) -> SampleError {
    SampleError(
      code: .unsatisfiable,
      reason: "no value within the limits satisfies '\(subject)'"
    )
  }

  /// The maximum number of levels in a value, which is at least the number that it needs.
  private func room(for subject: SubjectSchema) -> Int {
    max(limits.depth, heights.height(of: subject.schema) ?? 0)
  }

  /// A value without optional parts.
  mutating func small(_ subject: SubjectSchema) -> DataValue? {
    budget = 0
    return value(of: subject, room: room(for: subject))
  }

  mutating func small(_ schema: Schema) -> DataValue? {
    small(SubjectSchema(schema))
  }
}
