# What R says of the models of inference.py: lm, glm and the packages sandwich and lmtest. Called by inference.py with
# the table (its target is y), the family ("lm" or a link) and, for glm, the coefficients to start from; writes lines
# "name value…".
suppressMessages(library(sandwich))
arguments <- commandArgs(trailingOnly = TRUE)
table <- read.csv(arguments[1])
family <- arguments[2]
formula <- as.formula("y ~ .")
show <- function(name, values) cat(name, sprintf("%.17g", values), "\n")
cluster <- (seq_len(nrow(table)) * 7 - 7) %% 23
start <- if (length(arguments) > 2 && arguments[3] != "") as.numeric(strsplit(arguments[3], ",")[[1]])
tight <- glm.control(epsilon = 1e-16, maxit = 200)
fit <- if (family == "lm") lm(formula, table) else
  glm(formula, binomial(link = family), table, start = start, control = tight)
figures <- summary(fit)$coefficients
show("coefficients", figures[, 1])
show("classical", figures[, 2])
show("statistic", figures[, 3])
show("p_value", figures[, 4])
for (type in c("HC0", "HC1", "HC2", "HC3")) show(tolower(type), sqrt(diag(vcovHC(fit, type = type))))
show("cluster_hc1", sqrt(diag(vcovCL(fit, cluster = cluster, type = "HC1"))))
show("log_likelihood", as.numeric(logLik(fit)))
show("aic", AIC(fit))
show("bic", BIC(fit))
if (family == "lm") {
  limits <- confint(fit, level = 0.9)
  s <- summary(fit)
  show("residual_sd", s$sigma)
  show("r2", s$r.squared)
  show("adjusted_r2", s$adj.r.squared)
  show("f", s$fstatistic[1])
} else {
  limits <- confint.default(fit, level = 0.9)
  show("deviance", fit$deviance)
  show("null_deviance", fit$null.deviance)
}
show("lower", limits[, 1])
show("upper", limits[, 2])
