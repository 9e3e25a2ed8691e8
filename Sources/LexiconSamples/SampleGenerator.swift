public import ATProtoData
public import Lexicon

/// Makes values of any lexicon: for fixtures, property tests and fuzzing.
///
///     var generator = SampleGenerator(catalog: catalog, seed: 7)
///     let post = try generator.valid("app.bsky.feed.post")
///     for sample in try generator.boundaries("app.bsky.feed.post") { … }
///     for sample in try generator.violations("app.bsky.feed.post") { … }
///
/// The same catalog, seed and calls give the same values, on every machine. What the values are
/// may change from release to release.
public struct SampleGenerator: Sendable {
  public var limits: SampleLimits {
    get { sampler.limits }
    set { sampler.limits = newValue }
  }

  /// Whether data without a schema may have CIDs that only ``DecodingRules/allowsForeignCIDs`` accepts.
  public var makesForeignCIDs: Bool {
    get { sampler.makesForeignCIDs }
    set { sampler.makesForeignCIDs = newValue }
  }

  private var sampler: Sampler

  public init(catalog: CheckedCatalog, seed: UInt64, limits: SampleLimits = SampleLimits()) {
    sampler = Sampler(catalog: catalog.catalog, seed: seed, limits: limits)
  }

  /// Everything in the catalog that has data, in the order of the documents.
  public var subjects: [SampleSubject] { sampler.catalog.subjects }

  /// A random valid value.
  public mutating func valid(_ subject: SampleSubject) throws(SampleError) -> DataValue {
    try sampler.sample(subject, values: limits.values)
  }

  /// The smallest valid value that the generator knows: what is optional is absent.
  public mutating func smallest(_ subject: SampleSubject) throws(SampleError) -> DataValue {
    try sampler.sample(subject, values: 0)
  }

  /// Valid values at every edge of the definition, each otherwise small: lengths, counts and
  /// ranges at their limits, each enumerated and known value and one that is not, each member of a
  /// union and one that is unknown, optional fields absent and present, nulls, unknown fields,
  /// both forms of blobs, and the texts that formats are most often misread in.
  public mutating func boundaries(
    _ subject: SampleSubject
  ) throws(SampleError) -> [BoundarySample] {
    try sampler.variants(subject, .boundaries).compactMap { variant in
      guard case .edge(let edge) = variant.mark else { return nil }
      return BoundarySample(value: variant.value, path: variant.pathText, edge: edge)
    }
  }

  /// Values that break one rule each, otherwise small and valid.
  ///
  /// A rule that cannot be broken alone has no sample: a text of eleven graphemes where ten bytes
  /// are the limit breaks two.
  public mutating func violations(
    _ subject: SampleSubject
  ) throws(SampleError) -> [MarkedSample] {
    try sampler.variants(subject, .violations).compactMap { variant in
      guard case .fault(let fault) = variant.mark else { return nil }
      return MarkedSample(value: variant.value, path: variant.pathText, fault: fault)
    }
  }
}
