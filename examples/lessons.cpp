// The lessons of docs/tour.md that are about functions and not about a table. One a run:
//   lessons order|temperature|logsumexp|cross-entropy

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "plumbline/losses/functions.hpp"

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Dense, row-major.
struct Matrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> cells = std::vector<double>(rows * columns);

  double& operator()(std::size_t i, std::size_t j) { return cells[i * columns + j]; }
  double operator()(std::size_t i, std::size_t j) const { return cells[i * columns + j]; }
};

Matrix transposed(const Matrix& a) {
  Matrix result{a.columns, a.rows};
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.columns; ++j) result(j, i) = a(i, j);
  }
  return result;
}

/// a·b as one would write it first; adds its multiplications to `count`.
Matrix product(const Matrix& a, const Matrix& b, std::size_t& count) {
  Matrix result{a.rows, b.columns};
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < b.columns; ++j) {
      for (std::size_t k = 0; k < a.columns; ++k, ++count) result(i, j) += a(i, k) * b(k, j);
    }
  }
  return result;
}

/// Any numbers will do, as long as they are the same everywhere.
Matrix some_matrix(std::size_t rows, std::size_t columns) {
  Matrix result{rows, columns};
  for (std::size_t c = 0; c < result.cells.size(); ++c) result.cells[c] = static_cast<double>(c * 7919 % 101) / 101;
  return result;
}

double largest_difference(const Matrix& a, const Matrix& b) {
  double largest = 0;
  for (std::size_t c = 0; c < a.cells.size(); ++c) largest = std::fmax(largest, std::fabs(a.cells[c] - b.cells[c]));
  return largest;
}

void compare_orders(std::size_t n, std::size_t p) {
  const Matrix x = some_matrix(n, p), w = some_matrix(p, 1), x_transposed = transposed(x);
  std::size_t residual_first = 0, gram_first = 0;
  const Matrix a = product(x_transposed, product(x, w, residual_first), residual_first);
  const Matrix b = product(product(x_transposed, x, gram_first), w, gram_first);
  std::printf("%5zu %4zu %10zu %10zu   %s\n", n, p, residual_first, gram_first,
              largest_difference(a, b) < 1e-9 * static_cast<double>(n * p) ? "yes" : "no");
}

/// The gradient's XᵀXw as Xᵀ(Xw) and as (XᵀX)w (§4.1.4).
void order() {
  std::puts("    n    p     Xt(Xw)     (XtX)w   same vector");
  for (const std::size_t n : {500U, 1000U, 2000U}) compare_orders(n, 10);
  for (const std::size_t p : {20U, 40U, 80U}) compare_orders(500, p);
}

void print_row(const std::vector<double>& numbers) {
  for (const double number : numbers) std::printf(" %10.6f", number);
  std::puts("");
}

/// softmax(z/τ) between its limits (E.4.15, E.4.16), and the sigmoid as its case of two classes (D.4.6).
void temperature() {
  const std::vector<double> logits{3, 1, 0.5, -2};
  std::printf("logits     ");
  print_row(logits);
  for (const double tau : {0.0, 0.1, 1.0, 10.0, 100.0, kInfinity}) {
    std::printf("tau = %-5g", tau);
    print_row(plumbline::softmax(logits, tau));
  }
  const std::vector<double> two_classes = plumbline::softmax(std::vector<double>{0, 1.5});
  std::printf("softmax(0, 1.5) = (%.6f, %.6f), sigmoid(1.5) = %.6f\n", two_classes[0], two_classes[1],
              plumbline::sigmoid(1.5));
}

/// log Σ exp as it is written, and with the largest taken out first (§4.3.2, C.4.4).
void log_sum_exp() {
  const std::array<std::vector<double>, 4> rows{{{1, 2, 3}, {1000, 1001}, {-1000, -1001}, {1e308, -1e308}}};
  for (const std::vector<double>& z : rows) {
    double sum = 0;
    std::string text;
    for (const double logit : z) {
      sum += std::exp(logit);
      std::array<char, 32> buffer{};
      std::snprintf(buffer.data(), buffer.size(), "%s%g", text.empty() ? "" : ", ", logit);
      text += buffer.data();
    }
    std::printf("%-15s as written %-8g logsumexp %.10g\n", text.c_str(), std::log(sum), plumbline::logsumexp(z));
  }
}

void print(const char* name, double value) { std::printf("  %-34s %.10g\n", name, value); }

/// One row's cross-entropy, true class 0, by each of the names it has (D.4.5, E.4.17, E.4.18).
void show_cross_entropy(const std::vector<double>& logits) {
  using plumbline::ClassRows;
  const std::size_t m = logits.size();
  const std::vector<std::size_t> index{0};
  std::vector<double> one_hot(m);
  one_hot[0] = 1;
  const std::vector<double> p = plumbline::softmax(logits), log_p = plumbline::log_softmax(logits);
  const ClassRows row(logits, m), target(one_hot, m), probabilities(p, m), log_probabilities(log_p, m);
  std::printf("logits %g, %g, %g, true class 0\n", logits[0], logits[1], logits[2]);
  print("cross_entropy, class index", plumbline::cross_entropy(row, index).value());
  print("cross_entropy, one-hot", plumbline::cross_entropy(row, target).value());
  print("nll of log_softmax", plumbline::nll(log_probabilities, index).value());
  print("kl_divergence(one-hot, softmax)", plumbline::kl_divergence(target, probabilities).value());
  print("-log(softmax), as written", -std::log(p[0]));
}

/// The same for two classes with the label 0, where 1 − p is rounded away long before p reaches 1.
void show_binary_cross_entropy(double logit) {
  const std::vector<double> z{logit}, y{0}, p{plumbline::sigmoid(logit)};
  std::printf("logit %g, label 0\n", logit);
  print("binary_cross_entropy_with_logits", plumbline::binary_cross_entropy_with_logits(z, y).value());
  print("binary_cross_entropy of sigmoid", plumbline::binary_cross_entropy(p, y).value());
}

void cross_entropy() {
  show_cross_entropy({1, 2, -1});
  show_cross_entropy({-900, 100, 0});
  show_binary_cross_entropy(2);
  show_binary_cross_entropy(40);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string lesson = count == 2 ? arguments[1] : "";
  if (lesson == "order") {
    order();
  } else if (lesson == "temperature") {
    temperature();
  } else if (lesson == "logsumexp") {
    log_sum_exp();
  } else if (lesson == "cross-entropy") {
    cross_entropy();
  } else {
    std::fputs("usage: lessons order|temperature|logsumexp|cross-entropy\n", stderr);
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
