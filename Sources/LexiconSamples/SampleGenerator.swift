public import ATProtoData
public import Lexicon

/// Generates values of any lexicon, for fixtures, property tests, and fuzzing.
///
///     var generator = SampleGenerator(catalog: catalog, seed: 7)
///     let post = try generator.valid("app.bsky.feed.post")
///     for sample in try generator.boundaries("app.bsky.feed.post") { … }
///     for sample in try generator.violations("app.bsky.feed.post") { … }
///
/// The same catalog, seed, and calls generate the same values on every machine. The values may change
/// between releases.
public struct SampleGenerator: Sendable {
  /// The limits of samples generated from now on.
  public var limits: SampleLimits {
    get { sampler.limits }
    set { sampler.limits = newValue }
  }

  /// Whether data without a schema may contain CIDs that only `DecodingRules.allowsForeignCIDs`
  /// accepts.
  public var makesForeignCIDs: Bool {
    get { sampler.makesForeignCIDs }
    set { sampler.makesForeignCIDs = newValue }
  }

  var sampler: Sampler

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - catalog: documents without errors.
  ///   - seed: the seed of the random numbers.
  ///   - limits: the limits of samples.
  public init(catalog: CheckedCatalog, seed: UInt64, limits: SampleLimits = SampleLimits()) {
    sampler = Sampler(catalog: catalog.catalog, seed: seed, limits: limits)
  }

  /// All definitions and parts of methods that have data, in the order of the documents.
  public var subjects: [SampleSubject] { sampler.catalog.subjects }

  /// Generates a random valid value.
  public mutating func valid(_ subject: SampleSubject) throws(SampleError) -> DataValue {
    try sampler.sample(subject, values: limits.values)
  }

  /// Generates a small valid value, without optional fields.
  public mutating func smallest(_ subject: SampleSubject) throws(SampleError) -> DataValue {
    try sampler.sample(subject, values: 0)
  }

  /// Generates valid values at every edge of the definition, each otherwise small.
  ///
  /// Edges are lengths, counts, and ranges at their limits; each enumerated and known value and an
  /// unknown one; each member of a union and an unknown one; optional fields absent and present;
  /// null; unknown fields; both forms of blobs; and strings of formats that are often misread.
  public mutating func boundaries(
    _ subject: SampleSubject
  ) throws(SampleError) -> [BoundarySample] {
    try sampler.variants(subject, .boundaries).compactMap { variant in
      guard case .edge(let edge) = variant.mark else { return nil }
      return BoundarySample(value: variant.value, path: variant.pathText, edge: edge)
    }
  }

  /// Generates values that violate one constraint each, otherwise small and valid.
  ///
  /// A constraint that cannot be violated alone has no sample: a string of eleven graphemes also
  /// violates a limit of ten bytes.
  public mutating func violations(
    _ subject: SampleSubject
  ) throws(SampleError) -> [MarkedSample] {
    try sampler.variants(subject, .violations).compactMap { variant in
      guard case .fault(let fault) = variant.mark else { return nil }
      return MarkedSample(value: variant.value, path: variant.pathText, fault: fault)
    }
  }
}
