@testable import Labeler
import Testing

// Removed by the first owner that adds tests here.
