extension Catalog {
  /// What has changed since an older version, sorted by NSID and path.
  ///
  /// Definitions are judged in every flow that the older version uses them in; references are
  /// followed to what they mean, and each pair of definitions is compared once. Time is in
  /// proportion to the size of both catalogs; where too many definitions have taken the places of
  /// others, one change says so, and is breaking.
  public func changes(since old: Catalog) -> [SchemaChange] {
    var comparison = CatalogComparison(old: old, new: self)
    comparison.run()
    return comparison.changes
  }
}
