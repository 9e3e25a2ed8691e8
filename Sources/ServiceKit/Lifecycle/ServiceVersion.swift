/// The version of the services in this package.
public enum ServiceVersion {
  /// The version that the health check and the metrics report.
  public static let current = "0.1.0"
}
