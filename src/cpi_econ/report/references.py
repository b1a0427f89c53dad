"""The works that generated methods text may cite, in the order of citation."""

from __future__ import annotations

REFERENCES = {
    "icecap": "Flynn TN, Huynh E, Peters TJ, et al. Scoring the ICECAP-A capability instrument. "
    "Health Econ 2015;24:258-269. doi:10.1002/hec.3014",
    "faria": "Faria R, Gomes M, Epstein D, White IR. A guide to handling missing data in "
    "cost-effectiveness analysis conducted within randomised controlled trials. "
    "PharmacoEconomics 2014;32:1157-1170. doi:10.1007/s40273-014-0193-3",
    "brand": "Brand J, van Buuren S, le Cessie S, van den Hout W. Combining multiple imputation "
    "and bootstrap in the analysis of cost-effectiveness trial data. Stat Med 2019;38:210-220. "
    "doi:10.1002/sim.7956",
    "schomaker": "Schomaker M, Heumann C. Bootstrap inference when using multiple imputation. "
    "Stat Med 2018;37:2252-2266. doi:10.1002/sim.7654",
    "rubin": "Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley 1987. "
    "doi:10.1002/9780470316696",
    "seaman": "Seaman SR, White IR. Review of inverse probability weighting for dealing with "
    "missing data. Stat Methods Med Res 2013;22:278-295. doi:10.1177/0962280210395740",
    "white": "White IR, Royston P, Wood AM. Multiple imputation using chained equations: issues "
    "and guidance for practice. Stat Med 2011;30:377-399. doi:10.1002/sim.4067",
    "morris": "Morris TP, White IR, Royston P. Tuning multiple imputation by predictive mean "
    "matching and local residual draws. BMC Med Res Methodol 2014;14:75. "
    "doi:10.1186/1471-2288-14-75",
    "leurent": "Leurent B, Gomes M, Faria R, et al. Sensitivity analysis for not-at-random missing "
    "data in trial-based cost-effectiveness analysis: a tutorial. PharmacoEconomics "
    "2018;36:889-901. doi:10.1007/s40273-018-0650-5",
    "carpenter": "Carpenter JR, Roger JH, Kenward MG. Analysis of longitudinal trials with "
    "protocol deviation: a framework for relevant, accessible assumptions, and inference via "
    "multiple imputation. J Biopharm Stat 2013;23:1352-1371. doi:10.1080/10543406.2013.834911",
    "willan": "Willan AR, Briggs AH, Hoch JS. Regression methods for covariate adjustment and "
    "subgroup analysis for non-censored cost-effectiveness data. Health Econ 2004;13:461-475. "
    "doi:10.1002/hec.843",
    "barber": "Barber J, Thompson S. Multiple regression of cost data: use of generalised linear "
    "models. J Health Serv Res Policy 2004;9:197-204. doi:10.1258/1355819042250249",
    "gomes": "Gomes M, Ng ESW, Grieve R, et al. Developing appropriate methods for "
    "cost-effectiveness analysis of cluster randomized trials. Med Decis Making 2012;32:350-361. "
    "doi:10.1177/0272989X11418372",
    "manca": "Manca A, Hawkins N, Sculpher MJ. Estimating mean QALYs in trial-based "
    "cost-effectiveness analysis: the importance of controlling for baseline utility. "
    "Health Econ 2005;14:487-496. doi:10.1002/hec.944",
    "austin": "Austin PC. An introduction to propensity score methods for reducing the effects of "
    "confounding in observational studies. Multivariate Behav Res 2011;46:399-424. "
    "doi:10.1080/00273171.2011.568786",
    "li": "Li F, Morgan KL, Zaslavsky AM. Balancing covariates via propensity score weighting. "
    "J Am Stat Assoc 2018;113:390-400. doi:10.1080/01621459.2016.1260466",
    "vanderweele": "VanderWeele TJ, Ding P. Sensitivity analysis in observational research: "
    "introducing the E-value. Ann Intern Med 2017;167:268-274. doi:10.7326/M16-2607",
    "robins": "Robins JM, Hernan MA, Brumback B. Marginal structural models and causal inference "
    "in epidemiology. Epidemiology 2000;11:550-560. doi:10.1097/00001648-200009000-00011",
    "imbens": "Imbens GW. The role of the propensity score in estimating dose-response functions. "
    "Biometrika 2000;87:706-710. doi:10.1093/biomet/87.3.706",
    "kreif": "Kreif N, Grieve R, Sadique MZ. Statistical methods for cost-effectiveness analyses "
    "that use observational data: a critical appraisal tool and review of current practice. "
    "Health Econ 2013;22:486-500. doi:10.1002/hec.2806",
    "bell": "Bell RM, McCaffrey DF. Bias reduction in standard errors for linear regression with "
    "multi-stage samples. Survey Methodology 2002;28:169-181.",
    "davison": "Davison AC, Hinkley DV. Bootstrap Methods and their Application. Cambridge "
    "University Press 1997. doi:10.1017/CBO9780511802843",
    "ng": "Ng ESW, Grieve R, Carpenter JR. Two-stage nonparametric bootstrap sampling with "
    "shrinkage correction for clustered data. Stata J 2013;13:141-164. "
    "doi:10.1177/1536867X1301300111",
    "rubin1981": "Rubin DB. The Bayesian bootstrap. Ann Stat 1981;9:130-134. "
    "doi:10.1214/aos/1176345338",
    "efron": "Efron B. Better bootstrap confidence intervals. J Am Stat Assoc 1987;82:171-185. "
    "doi:10.1080/01621459.1987.10478410",
    "stinnett": "Stinnett AA, Mullahy J. Net health benefits: a new framework for the analysis of "
    "uncertainty in cost-effectiveness analysis. Med Decis Making 1998;18:S68-S80. "
    "doi:10.1177/0272989X98018002S09",
    "fenwick": "Fenwick E, Claxton K, Sculpher M. Representing uncertainty: the role of "
    "cost-effectiveness acceptability curves. Health Econ 2001;10:779-787. doi:10.1002/hec.635",
    "claxton": "Claxton K. The irrelevance of inference: a decision-making approach to the "
    "stochastic evaluation of health care technologies. J Health Econ 1999;18:341-364. "
    "doi:10.1016/S0167-6296(98)00039-3",
    "karlsson": "Karlsson G, Johannesson M. The decision rules of cost-effectiveness analysis. "
    "PharmacoEconomics 1996;9:113-120. doi:10.2165/00019053-199609020-00004",
    "nixon": "Nixon RM, Thompson SG. Methods for incorporating covariate adjustment, subgroup "
    "analysis and between-centre differences into cost-effectiveness evaluations. Health Econ "
    "2005;14:1217-1229. doi:10.1002/hec.1008",
    "espinoza": "Espinoza MA, Manca A, Claxton K, Sculpher MJ. The value of heterogeneity for "
    "cost-effectiveness subgroup analysis: conceptual framework and application. Med Decis Making "
    "2014;34:951-964. doi:10.1177/0272989X14538705",
    "strong": "Strong M, Oakley JE, Brennan A. Estimating multiparameter partial expected value of "
    "perfect information from a probabilistic sensitivity analysis sample: a nonparametric "
    "regression approach. Med Decis Making 2014;34:311-326. doi:10.1177/0272989X13505910",
    "heath": "Heath A, Manolopoulou I, Baio G. Efficient Monte Carlo estimation of the expected "
    "value of sample information using moment matching. Med Decis Making 2018;38:163-173. "
    "doi:10.1177/0272989X17738515",
    "glick": "Glick HA. Sample size and power for cost-effectiveness analysis (part 1). "
    "PharmacoEconomics 2011;29:189-198. doi:10.2165/11585070-000000000-00000",
}
