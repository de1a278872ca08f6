# What R's lm and glm, and sandwich, say of two tables of ../shared/data, for tests/cli/inference_reference_test.cpp:
#   cd tests/reference; Rscript inference_shared.R ../../../shared/data > inference_shared.txt     (a few seconds)
# Made with R 4.2.2, sandwich 3.0-2. Lines "table kind name value"; nothing of the tables themselves is kept.
# concrete: all columns but the row numbers; clusters are the ages, which are no feature then.
# credit: all columns but the row numbers, rows with a missing cell left out, levels in bytewise order (C locale), the
# first of each being the reference, class "good" against "bad". glm runs on until nothing moves.
suppressMessages(library(sandwich))
invisible(Sys.setlocale("LC_COLLATE", "C"))
shared <- commandArgs(trailingOnly = TRUE)[1]
show <- function(table, kind, values) {
  for (i in seq_along(values)) cat(table, kind, gsub(" ", "_", names(values)[i]), sprintf("%.17g", values[i]), "\n")
}
tables <- function(table, fit, kinds, level = 0.95) {
  figures <- summary(fit)$coefficients
  show(table, "coefficient", figures[, 1])
  show(table, "classical", figures[, 2])
  show(table, "p_value", figures[, 4])
  limits <- if (inherits(fit, "glm")) confint.default(fit, level = level) else confint(fit, level = level)
  show(table, "lower", limits[, 1])
  show(table, "upper", limits[, 2])
  for (kind in kinds) show(table, kind, sqrt(diag(vcovHC(fit, type = toupper(kind)))))
  show(table, "summary", c(log_likelihood = as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit)))
}

concrete <- read.csv(file.path(shared, "concrete", "concrete.csv"))[, -1]
fit <- lm(compressive_strength ~ ., concrete)
tables("concrete", fit, c("hc0", "hc1", "hc2", "hc3"))
s <- summary(fit)
show("concrete", "summary", c(residual_sd = s$sigma, r2 = s$r.squared, adjusted_r2 = s$adj.r.squared,
                              f = s$fstatistic[[1]], deviance = deviance(fit)))
clustered <- lm(compressive_strength ~ . - age, concrete)
show("concrete_cluster", "cluster", sqrt(diag(vcovCL(clustered, cluster = concrete$age, type = "HC1"))))

credit <- read.csv(file.path(shared, "credit_data", "credit_data.csv"), na.strings = c("NA", ""))[, -1]
credit <- as.data.frame(lapply(na.omit(credit), function(x) if (is.character(x)) factor(x) else x))
fit <- glm(Status ~ ., binomial, credit, control = glm.control(epsilon = 1e-16, maxit = 100))
tables("credit", fit, c("hc0", "hc3"))
show("credit", "summary", c(deviance = fit$deviance, null_deviance = fit$null.deviance))
