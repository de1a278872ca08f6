#include <cmath>
#include <fstream>
#include <iostream>

#include "plumbline/pipeline/predict.hpp"

int main() {
  std::ofstream table("consumer.csv");
  table << "hours,coffee,passed\n";
  for (int i = 0; i < 200; ++i)
    table << i % 20 << ',' << i % 3 << ',' << (i % 20 + 2 * std::sin(i) > 9 ? "yes\n" : "no\n");
  table.close();
  plumbline::FitOptions options;
  options.target = {"passed"};
  const plumbline::FitResult result = plumbline::fit("consumer.csv", options);
  const double p = plumbline::predict(result.model, "consumer.csv", {}).p[1];  // passed, after 0 hours
  std::cout << "test accuracy " << result.test->figures[0].second << ", p(passed | 0 hours) " << p << "\n";
  return result.test->figures[0].second > 0.8 && p < 0.05 ? 0 : 1;
}
