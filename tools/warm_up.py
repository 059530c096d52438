"""Compile the kernels once, so that parallel tests do not each compile them."""

from sansheng.study.simulate import warm_up

warm_up()
