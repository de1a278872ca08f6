#include "plumbline/solvers/solver_facts.hpp"

#include <fmt/format.h>

#include "plumbline/solvers/gradient_descent.hpp"
#include "plumbline/solvers/interior_point.hpp"
#include "plumbline/solvers/lbfgs.hpp"
#include "plumbline/solvers/momentum.hpp"
#include "plumbline/solvers/nesterov.hpp"
#include "plumbline/solvers/newton.hpp"
#include "plumbline/solvers/newton_cg.hpp"
#include "plumbline/solvers/sgd.hpp"

namespace plumbline {

namespace {

constexpr const char* kAtCertificate = "at the certificate";

std::string iterations(std::size_t most, const char* tolerance) {
  return fmt::format("`--max-iterations` {}, `--tolerance` {}", most, tolerance);
}

std::string steps(const FixedStepOptions& options) {
  return fmt::format("`--step-size` {}, {}", options.step_size,
                     iterations(options.max_iterations, fmt::format("{}", options.epsilon).c_str()));
}

std::string epochs(const SgdOptions& options) {
  return fmt::format(
      "`--step-size` {}, `--momentum` {}, `--schedule` {}, `--batch-size` {}, `--epochs` {}, `--seed` {}",
      options.step_size, options.momentum, name_of(options.schedule), options.batch_size, options.epochs, options.seed);
}

std::vector<SolverFacts> direct_facts() {
  return {
      {SolverChoice::normal_inverse, "w = (XᵀX + n·l2·I)⁻¹ Xᵀy with the inverse formed: for teaching, it warns",
       "n·d² + 2d³", "in one go", "none", "E.4.7, §4.1.4"},
      {SolverChoice::cholesky,
       "Cholesky of the normal matrix, refined with residuals from the rows; in double-double where that takes no time "
       "or the condition asks for it",
       "n·d² + d³/3", "in one go", "none", "E.4.7; Björck 1987"},
      {SolverChoice::qr, "QR of the rows, refined with residuals in double-double; minimum norm at lower rank", "2n·d²",
       "in one go", "none", "C.4.2; Björck 1987"},
      {SolverChoice::svd, "pseudo-inverse by singular values of R: minimum norm", "2n·d² + 20d³", "in one go", "none",
       "C.4.2"},
      {SolverChoice::dual, "w = Xᵀ(XXᵀ + n·l2·I)⁻¹y, for n < p; holds all of X in memory", "n²·d + n³/3", "in one go",
       "none", "C.4.2"},
  };
}

std::vector<SolverFacts> smooth_facts() {
  return {
      {SolverChoice::newton, "Newton's method with the assembled Hessian and a line search on cached η",
       "n·(d·K)² + (d·K)³/3 an iteration (multilabel: K times n·d² + d³/3)", kAtCertificate,
       iterations(NewtonOptions{}.max_iterations, "none"), "N2.3; Nocedal and Wright 2006, §3.3"},
      {SolverChoice::newton_cg, "Newton's method, the step by conjugate gradients on Hessian-vector products",
       "4n·d·K a product, some 10 to 100 of them an iteration", kAtCertificate,
       iterations(NewtonCgOptions{}.max_iterations, "none"), "Steihaug 1983"},
      {SolverChoice::lbfgs, "L-BFGS, preconditioned by one Cholesky of the mean curvature where d allows",
       "4n·d·K an iteration, once n·d² + d³/3", kAtCertificate, iterations(LbfgsOptions{}.max_iterations, "none"),
       "Liu and Nocedal 1989"},
  };
}

std::vector<SolverFacts> other_facts() {
  return {
      {SolverChoice::interior_point, "Mehrotra's predictor-corrector on the dual of the linear or quadratic program",
       "n·d² + d³/3 an iteration, 10 to 40 of them", "where the dual gap is within the certificate's bound",
       fmt::format("`--max-iterations` {}", InteriorPointOptions{}.max_iterations), "Portnoy and Koenker 1997"},
      {SolverChoice::gd, "w ← w − η∇f(w)", "4n·d·K a step", "where ‖step‖² < tolerance",
       steps(GradientDescentOptions{}), "C.4.3, E.4.8"},
      {SolverChoice::momentum, "g ← λg − η∇f(w), w ← w + g", "4n·d·K a step", "where ‖step‖² < tolerance",
       steps(MomentumOptions{}) + fmt::format(", `--momentum` {}", MomentumOptions{}.momentum), "N2.3.2"},
      {SolverChoice::nesterov, "momentum with the gradient where the momentum leads", "4n·d·K a step",
       "where ‖step‖² < tolerance",
       steps(NesterovOptions{}) + ", `--momentum` " +
           (NesterovOptions{}.momentum ? fmt::format("{}", *NesterovOptions{}.momentum)
                                       : "a growing sequence, with restarts"),
       "Nesterov 1983; O'Donoghue and Candès 2015"},
      {SolverChoice::sgd, "gd on shuffled mini-batches", "4n·d·K an epoch", "after the epochs", epochs(SgdOptions{}),
       "N5.3"},
      {SolverChoice::adam, "sgd, each coordinate's step divided by the root mean square of its gradients",
       "4n·d·K an epoch", "after the epochs", epochs(SgdOptions::adam()), "Kingma and Ba 2015"},
  };
}

}  // namespace

std::vector<SolverFacts> all_solver_facts() {
  std::vector<SolverFacts> facts = direct_facts();
  for (const std::vector<SolverFacts>& more : {smooth_facts(), other_facts()}) {
    facts.insert(facts.end(), more.begin(), more.end());
  }
  return facts;
}

}  // namespace plumbline
